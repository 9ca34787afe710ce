// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/**
 * A page of the documentation, taken apart.
 *
 * @param path where it is, from the root of the repository
 * @param text all of it
 * @param anchors the names under which its headings can be linked to
 * @param links the targets of its links and images
 * @param blocks its fenced blocks
 * @param codes what stands in backticks in its sentences
 */
record Page(Path path, String text, Set<String> anchors, List<String> links, List<Block> blocks, List<String> codes) {

	static final Path ROOT = Path.of("..");

	private static final String SOURCE = "<!-- source: ";

	/**
	 * Read all pages: those at the root of the repository and those of its documentation.
	 */
	static List<Page> all() throws IOException {
		List<Page> pages = new ArrayList<>();
		for (Path path : paths()) {
			pages.add(read(path));
		}
		return pages;
	}

	private static List<Path> paths() throws IOException {
		try (Stream<Path> root = Files.list(ROOT); Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			return Stream.concat(root, docs)
				.filter((file) -> file.toString().endsWith(".md"))
				.map((file) -> ROOT.relativize(file))
				.sorted(Comparator.comparing(Path::toString))
				.toList();
		}
	}

	static Page read(Path path) throws IOException {
		String text = Files.readString(ROOT.resolve(path));
		Reading reading = new Reading();
		Parser.builder().build().parse(text).accept(reading);
		return new Page(path, text, reading.anchors, reading.links, reading.blocks, reading.codes);
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

	/**
	 * A fenced block.
	 *
	 * @param language what stands after the opening fence
	 * @param content what is printed
	 * @param source the file that the content is a part of, or {@code null} if the page
	 * names none
	 */
	record Block(String language, String content, String source) {

	}

	private static final class Reading extends AbstractVisitor {

		private final Set<String> anchors = new HashSet<>();

		private final Map<String, Integer> uses = new HashMap<>();

		private final List<String> links = new ArrayList<>();

		private final List<Block> blocks = new ArrayList<>();

		private final List<String> codes = new ArrayList<>();

		@Override
		public void visit(Heading heading) {
			String anchor = anchor(textOf(heading));
			int use = this.uses.merge(anchor, 1, Integer::sum);
			this.anchors.add((use == 1) ? anchor : anchor + "-" + (use - 1));
			visitChildren(heading);
		}

		@Override
		public void visit(Link link) {
			this.links.add(link.getDestination());
			visitChildren(link);
		}

		@Override
		public void visit(Image image) {
			this.links.add(image.getDestination());
		}

		@Override
		public void visit(Code code) {
			this.codes.add(code.getLiteral());
		}

		@Override
		public void visit(FencedCodeBlock block) {
			String source = null;
			if (block.getPrevious() instanceof HtmlBlock comment && comment.getLiteral().startsWith(SOURCE)) {
				source = comment.getLiteral().substring(SOURCE.length(), comment.getLiteral().indexOf(" -->"));
			}
			this.blocks.add(new Block(block.getInfo(), block.getLiteral(), source));
		}

		/** As the sites that show Markdown do. */
		private static String anchor(String heading) {
			return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
		}

		private static String textOf(Node node) {
			StringBuilder text = new StringBuilder();
			node.accept(new AbstractVisitor() {
				@Override
				public void visit(Text part) {
					text.append(part.getLiteral());
				}

				@Override
				public void visit(Code part) {
					text.append(part.getLiteral());
				}
			});
			return text.toString();
		}

	}

}
