/** The version of the tables that this program reads and writes. */
export const SCHEMA_VERSION = 1
