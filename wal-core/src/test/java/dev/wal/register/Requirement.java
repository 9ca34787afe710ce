// SPDX-License-Identifier: Apache-2.0
package dev.wal.register;

import java.util.Locale;

/**
 * A row of the register.
 *
 * @param code what tests are tagged with
 * @param sentence what has to hold
 * @param status how much of it is so
 * @param why what is missing; empty if nothing is
 */
record Requirement(String code, String sentence, Status status, String why) {

	static Requirement parse(String line) {
		String[] fields = line.split("\t", -1);
		if (fields.length < 3 || fields.length > 4) {
			throw new IllegalArgumentException("A row has three fields, or four with the reason: " + line);
		}
		return new Requirement(fields[0], fields[1], Status.of(fields[2]), (fields.length == 4) ? fields[3] : "");
	}

	enum Status {

		/** Tests fail if it does not hold, and no case is known in which it does not. */
		PROVEN,

		/** Tests show a part of it. */
		PARTLY,

		/** Nothing in the code does it. */
		NOT_YET;

		static Status of(String text) {
			return valueOf(text.toUpperCase(Locale.ROOT).replace(' ', '_'));
		}

		String text() {
			return name().toLowerCase(Locale.ROOT).replace('_', ' ');
		}

	}

}
