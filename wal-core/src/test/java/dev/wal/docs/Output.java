// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What a program of the documentation prints.
 */
final class Output {

	private Output() {
	}

	static String of(Program program) throws Exception {
		PrintStream original = System.out;
		ByteArrayOutputStream printed = new ByteArrayOutputStream();
		System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
		try {
			program.run();
		}
		finally {
			System.setOut(original);
		}
		return printed.toString(StandardCharsets.UTF_8);
	}

	/**
	 * A program that may throw.
	 */
	@FunctionalInterface
	interface Program {

		void run() throws Exception;

	}

}
