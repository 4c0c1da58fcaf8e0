/** The one way to SQLite and PostgreSQL: connections, migrations, and failures as problems. */
package org.oncohooks.database;
