// SPDX-License-Identifier: Apache-2.0
package dev.wal.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;

/**
 * Finds what can be removed, by its form in the syntax tree: no list of places has to be
 * kept up to date.
 */
final class MutantFinder {

	private static final Set<String> FORCES = Set.of("force", "forceFile", "forceGrowth", "forceDirectory");

	/** Where what was read from a file is checked. */
	private static final Set<String> BOUNDED = Set.of("BlockHeader", "BlockReader", "SegmentHeader", "ControlRecord",
			"ControlFile", "FoundSegment", "RecordCursor", "Holder", "LockPage", "ControlCheck", "TailVerdict",
			"LossCount");

	private static final Set<Kind> COMPARISONS = Set.of(Kind.LESS_THAN, Kind.LESS_THAN_EQUAL, Kind.GREATER_THAN,
			Kind.GREATER_THAN_EQUAL);

	private final List<Mutant> mutants = new ArrayList<>();

	private MutantFinder() {
	}

	static List<Mutant> find(Path... packages) throws IOException {
		MutantFinder finder = new MutantFinder();
		List<Path> sources = new ArrayList<>();
		for (Path directory : packages) {
			try (Stream<Path> files = Files.walk(directory)) {
				files.filter((file) -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
			}
		}
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null,
					files.getJavaFileObjectsFromPaths(sources));
			Trees trees = Trees.instance(task);
			for (CompilationUnitTree unit : task.parse()) {
				finder.new Scanner(unit, trees.getSourcePositions()).scan(unit, null);
			}
		}
		return finder.mutants;
	}

	private final class Scanner extends TreePathScanner<Void, Void> {

		private final CompilationUnitTree unit;

		private final SourcePositions positions;

		private final String source;

		private final Path file;

		Scanner(CompilationUnitTree unit, SourcePositions positions) throws IOException {
			this.unit = unit;
			this.positions = positions;
			this.file = Path.of(unit.getSourceFile().toUri());
			this.source = Files.readString(this.file);
		}

		@Override
		public Void visitExpressionStatement(ExpressionStatementTree tree, Void unused) {
			if (tree.getExpression() instanceof MethodInvocationTree call && FORCES.contains(name(call))) {
				// Not just left out: the compiler would miss the exceptions that it may
				// throw.
				add(Mutant.Kind.FORCE, tree, "if (false) { " + text(tree) + " }");
			}
			return super.visitExpressionStatement(tree, null);
		}

		@Override
		public Void visitBinary(BinaryTree tree, Void unused) {
			boolean equality = tree.getKind() == Kind.EQUAL_TO || tree.getKind() == Kind.NOT_EQUAL_TO;
			if (equality && isChecksum(tree)) {
				add(Mutant.Kind.CHECKSUM, tree, String.valueOf(tree.getKind() == Kind.EQUAL_TO));
			}
			else if (BOUNDED.contains(className()) && (COMPARISONS.contains(tree.getKind()) || (equality && isInRule()))
					&& isCondition()) {
				add(Mutant.Kind.BOUND, tree, String.valueOf(holdsWhenTrue()));
			}
			return super.visitBinary(tree, null);
		}

		private boolean isChecksum(BinaryTree tree) {
			String text = text(tree);
			return text.contains("Checksum().of(") || text.contains("checksum.of(");
		}

		/**
		 * Whether an equality is one of the rules for a header, rather than a step of an
		 * algorithm.
		 */
		private boolean isInRule() {
			return Set.of("isKnown", "hasLengthOfItsKind", "read").contains(methodName());
		}

		private boolean isCondition() {
			for (TreePath path = getCurrentPath().getParentPath(); path != null; path = path.getParentPath()) {
				Tree tree = path.getLeaf();
				if (tree instanceof IfTree || tree instanceof ReturnTree || tree instanceof VariableTree) {
					return true;
				}
				if (tree instanceof ConditionalExpressionTree || tree instanceof ForLoopTree
						|| tree instanceof WhileLoopTree || tree instanceof MethodTree) {
					return false;
				}
			}
			return false;
		}

		/**
		 * Whether the bound is kept if the comparison is true: as it is in a conjunction
		 * or a result, but not where an {@code if} looks for what is wrong.
		 */
		private boolean holdsWhenTrue() {
			TreePath path = getCurrentPath().getParentPath();
			while (path.getLeaf() instanceof ParenthesizedTree) {
				path = path.getParentPath();
			}
			Tree tree = path.getLeaf();
			return !(tree instanceof IfTree || tree.getKind() == Kind.CONDITIONAL_OR);
		}

		private void add(Mutant.Kind kind, Tree tree, String replacement) {
			int start = (int) this.positions.getStartPosition(this.unit, tree);
			int end = (int) this.positions.getEndPosition(this.unit, tree);
			String mutated = this.source.substring(0, start) + replacement + this.source.substring(end);
			MutantFinder.this.mutants.add(new Mutant(kind, this.file, this.unit.getLineMap().getLineNumber(start),
					methodName(), text(tree).replaceAll("\\s+", " "), mutated));
		}

		private String text(Tree tree) {
			return this.source.substring((int) this.positions.getStartPosition(this.unit, tree),
					(int) this.positions.getEndPosition(this.unit, tree));
		}

		private String className() {
			String name = this.file.getFileName().toString();
			return name.substring(0, name.indexOf('.'));
		}

		private String methodName() {
			for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
				if (path.getLeaf() instanceof MethodTree method) {
					return method.getName().toString();
				}
			}
			return "";
		}

		private static String name(MethodInvocationTree call) {
			String name = call.getMethodSelect().toString();
			return name.substring(name.lastIndexOf('.') + 1);
		}

	}

}
