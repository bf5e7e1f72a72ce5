# The version after that: the protocol is that of the shipped one, but the store is migrated further. What it has
# opened the others refuse.
differs(bd/version.h "kVersion = \"[^\"]*\"" "kVersion = \"0.51.0\"")
differs(engine/storage/migrate.cc "(constexpr Migration kMigrations.. = {\n([^}]*},\n)*)};"
        "\\1    {\"later\", [](Db& db) { return db.Run(\"CREATE TABLE bd_later (id TEXT)\"); }},\n};")
