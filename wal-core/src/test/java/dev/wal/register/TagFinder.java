// SPDX-License-Identifier: Apache-2.0
package dev.wal.register;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;

/**
 * Finds the tags of tests in their sources, by the syntax tree of the compiler: a tag in
 * a comment or a string is none.
 */
final class TagFinder {

	private static final String SOURCES = "src/test/java";

	private static final String JUPITER = "org.junit.jupiter.api.Tag";

	private static final String JQWIK = "net.jqwik.api.Tag";

	/** The annotations that make a method a test. */
	private static final Set<String> TESTS = Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory",
			"TestTemplate", "FuzzTest");

	private static final Set<String> PROPERTIES = Set.of("Property", "Example");

	private final List<TaggedTest> found = new ArrayList<>();

	private TagFinder() {
	}

	/**
	 * Find the tags in all modules below a directory.
	 * @param root the directory of the modules
	 * @return the tags, by module and class
	 * @throws IOException if a source cannot be read
	 */
	static List<TaggedTest> find(Path root) throws IOException {
		TagFinder finder = new TagFinder();
		try (Stream<Path> modules = Files.list(root)) {
			for (Path module : modules.filter((directory) -> Files.isDirectory(directory.resolve(SOURCES)))
				.sorted()
				.toList()) {
				finder.findIn(module);
			}
		}
		return finder.found;
	}

	private void findIn(Path module) throws IOException {
		try (Stream<Path> files = Files.walk(module.resolve(SOURCES))) {
			List<Path> sources = files.filter((file) -> file.toString().endsWith(".java")).sorted().toList();
			JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
			try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
				scan(module.getFileName().toString(), compiler, manager, manager.getJavaFileObjectsFromPaths(sources));
			}
		}
	}

	/**
	 * Find the tags in sources, wherever they come from.
	 * @param module the name of their module
	 * @param sources the sources
	 * @return the tags
	 * @throws IOException if a source cannot be read
	 */
	static List<TaggedTest> find(String module, Iterable<? extends JavaFileObject> sources) throws IOException {
		TagFinder finder = new TagFinder();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
			finder.scan(module, compiler, manager, sources);
		}
		return finder.found;
	}

	private void scan(String module, JavaCompiler compiler, StandardJavaFileManager manager,
			Iterable<? extends JavaFileObject> sources) throws IOException {
		JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, sources);
		for (CompilationUnitTree unit : task.parse()) {
			new Scanner(module, tagOf(unit)).scan(unit, null);
		}
	}

	/**
	 * Return which annotation the short name stands for in a file.
	 */
	private static String tagOf(CompilationUnitTree unit) {
		for (ImportTree statement : unit.getImports()) {
			String name = statement.getQualifiedIdentifier().toString();
			if (name.equals(JUPITER) || name.equals(JQWIK)) {
				return name;
			}
		}
		return "";
	}

	private final class Scanner extends TreeScanner<Void, Void> {

		private final String module;

		private final String tag;

		private final Deque<String> types = new ArrayDeque<>();

		Scanner(String module, String tag) {
			this.module = module;
			this.tag = tag;
		}

		@Override
		public Void visitClass(ClassTree tree, Void unused) {
			this.types.addLast(tree.getSimpleName().toString());
			// A class may inherit its tests.
			boolean jupiter = holdsTests(tree, TESTS) || tree.getExtendsClause() != null;
			add(tree.getModifiers(), "", jupiter ? JUPITER : JQWIK, jupiter || holdsTests(tree, PROPERTIES));
			super.visitClass(tree, null);
			this.types.removeLast();
			return null;
		}

		@Override
		public Void visitMethod(MethodTree tree, Void unused) {
			boolean property = isAny(tree.getModifiers(), PROPERTIES);
			add(tree.getModifiers(), tree.getName().toString(), property ? JQWIK : JUPITER,
					property || isAny(tree.getModifiers(), TESTS));
			return super.visitMethod(tree, null);
		}

		private void add(ModifiersTree modifiers, String method, String engine, boolean runs) {
			for (AnnotationTree annotation : modifiers.getAnnotations()) {
				String type = annotation.getAnnotationType().toString();
				String name = type.equals("Tag") ? this.tag : type;
				if (name.equals(JUPITER) || name.equals(JQWIK)) {
					TagFinder.this.found.add(new TaggedTest(this.module, String.join(".", this.types), method,
							value(annotation), runs && name.equals(engine)));
				}
			}
		}

		private static String value(AnnotationTree annotation) {
			ExpressionTree value = annotation.getArguments().get(0);
			if (value instanceof AssignmentTree assignment) {
				value = assignment.getExpression();
			}
			// A constant would hide which tag it is: this is text that no row has.
			return (value instanceof LiteralTree literal) ? String.valueOf(literal.getValue()) : value.toString();
		}

		private static boolean holdsTests(ClassTree type, Set<String> annotations) {
			return type.getMembers()
				.stream()
				.anyMatch((member) -> (member instanceof MethodTree method && isAny(method.getModifiers(), annotations))
						|| (member instanceof ClassTree nested && holdsTests(nested, annotations)));
		}

		private static boolean isAny(ModifiersTree modifiers, Set<String> annotations) {
			return modifiers.getAnnotations()
				.stream()
				.map((annotation) -> annotation.getAnnotationType().toString())
				.anyMatch((name) -> annotations.contains(name.substring(name.lastIndexOf('.') + 1)));
		}

	}

}
