// SPDX-License-Identifier: Apache-2.0
package dev.wal.project;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the bill of materials has every module that users get, and no other.
 */
class PublishedModulesTests {

	private static final String MANAGED = "/project/dependencyManagement/dependencies/dependency[groupId='dev.wal']";

	private static final Path ROOT = Path.of("..");

	private final XPath xpath = XPathFactory.newInstance().newXPath();

	@Test
	void bomListsExactlyThePublishedModules() throws Exception {
		assertThat(texts(pom("wal-bom"), MANAGED + "/artifactId"))
			.containsExactlyInAnyOrderElementsOf(publishedModules());
	}

	@Test
	void bomGivesEachModuleItsOwnVersion() throws Exception {
		assertThat(texts(pom("wal-bom"), MANAGED + "/version")).hasSameSizeAs(publishedModules())
			.containsOnly("${project.version}");
		assertThat(texts(pom("wal-bom"), "/project/version")).isEqualTo(texts(pom(""), "/project/version"));
	}

	@Test
	void bomManagesNothingOfOthers() throws Exception {
		assertThat(texts(pom("wal-bom"), "//dependencyManagement//groupId")).containsOnly("dev.wal");
		assertThat(texts(pom("wal-bom"), "/project/parent")).as("a parent's versions would reach the application")
			.isEmpty();
	}

	@Test
	void rootManagesExactlyThePublishedModules() throws Exception {
		assertThat(texts(pom(""), MANAGED + "/artifactId")).containsExactlyInAnyOrderElementsOf(publishedModules());
	}

	private List<String> publishedModules() throws Exception {
		List<String> published = new ArrayList<>();
		for (String module : texts(pom(""), "/project/modules/module")) {
			boolean skipped = texts(pom(module), "/project/properties/maven.deploy.skip").contains("true");
			if (!skipped && !module.equals("wal-bom")) {
				published.addAll(texts(pom(module), "/project/artifactId"));
			}
		}
		return published;
	}

	private List<String> texts(Document pom, String path) throws Exception {
		NodeList nodes = (NodeList) this.xpath.evaluate(path, pom, XPathConstants.NODESET);
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < nodes.getLength(); i++) {
			texts.add(nodes.item(i).getTextContent().strip());
		}
		return texts;
	}

	private static Document pom(String module) throws Exception {
		return DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(ROOT.resolve(module).resolve("pom.xml").toFile());
	}

}
