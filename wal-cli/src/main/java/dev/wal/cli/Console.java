// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.PrintWriter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command prints to. Colours and progress are for terminals alone.
 *
 * @param out results
 * @param err progress
 * @param ansi whether there is a terminal
 */
record Console(PrintWriter out, PrintWriter err, Ansi ansi) {

	static Console of(CommandSpec spec) {
		CommandLine line = spec.commandLine();
		return new Console(line.getOut(), line.getErr(), line.getColorScheme().ansi());
	}

	boolean isTerminal() {
		return this.ansi.enabled();
	}

	void print(String format, @Nullable Object... arguments) {
		this.out.println((arguments.length != 0) ? String.format(Locale.ROOT, format, arguments) : format);
	}

	/**
	 * Return a fixed word that says that all is well.
	 */
	String good(String word) {
		return this.ansi.string("@|bold,green " + word + "|@");
	}

	String doubtful(String word) {
		return this.ansi.string("@|bold,yellow " + word + "|@");
	}

	String bad(String word) {
		return this.ansi.string("@|bold,red " + word + "|@");
	}

	String heading(String word) {
		return this.ansi.string("@|bold " + word + "|@");
	}

	/**
	 * Return whether the reader of the output has ended, as {@code head} does.
	 */
	boolean isClosed() {
		return this.out.checkError();
	}

}
