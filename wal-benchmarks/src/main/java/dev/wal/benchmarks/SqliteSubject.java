// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * SQLite in WAL mode with {@code synchronous=FULL}, one connection that owns the file.
 * SQLite has one writer at a time, and so this harness gathers what many threads append
 * into one transaction, as a good application would.
 */
final class SqliteSubject implements Subject {

	@Override
	public String name() {
		return "sqlite";
	}

	@Override
	public Log open(Path directory, int payloadSize) throws SQLException {
		Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("log.db"));
		try (Statement statement = connection.createStatement()) {
			statement.execute("PRAGMA locking_mode=EXCLUSIVE");
			statement.execute("PRAGMA journal_mode=WAL");
			statement.execute("PRAGMA synchronous=FULL");
			statement.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, payload BLOB NOT NULL)");
		}
		connection.setAutoCommit(false);
		return new Table(connection);
	}

	private static final class Table implements Log {

		private final Connection connection;

		private final PreparedStatement insert;

		private final GroupCommit group = new GroupCommit(this::commit);

		Table(Connection connection) throws SQLException {
			this.connection = connection;
			this.insert = connection.prepareStatement("INSERT INTO log (payload) VALUES (?)");
		}

		@Override
		public void append(byte[] payload) throws Exception {
			this.group.append(payload);
		}

		private void commit(byte[][] payloads, int count) throws SQLException {
			for (int i = 0; i < count; i++) {
				this.insert.setBytes(1, payloads[i]);
				this.insert.executeUpdate();
			}
			this.connection.commit();
		}

		@Override
		public void close() throws IOException {
			try {
				this.insert.close();
				this.connection.close();
			}
			catch (SQLException ex) {
				throw new IOException(ex);
			}
		}

	}

}
