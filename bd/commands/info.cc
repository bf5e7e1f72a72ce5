// bd info: the database at a glance, its schema, and what is new in this version.
#include <map>

#include "bd/command.h"
#include "bd/daemon/control.h"
#include "bd/version.h"
#include "engine/base/text.h"
#include "engine/query/ids.h"
#include "engine/storage/settings.h"
#include "engine/types/id.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"schema", kBool, "Also tables, version and sample ids"},
    {"whats-new", kBool, "What recent versions changed"},
    {"thanks", kBool, "", 0, "", "", true},
};

// What is new against earlier releases of that number.
constexpr std::string_view kChangesDate = "2026-11";
constexpr std::string_view kChanges[] = {
    "one native program that starts in a millisecond; a daemon makes many writers faster",
    "many processes write at once without losing a change or an export",
    "a JSONL file that was changed by git, an editor or another clone is merged field by field",
    "import and export keep unknown fields and the very bytes of lines that did not change",
    "batch: many commands in one transaction, with --atomic all or nothing",
};

constexpr int64_t kSamples = 3;

struct Args {
  bool schema = false, whats_new = false, no_daemon = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("schema", self.schema);
    visit("whats_new", self.whats_new);
    visit("no_daemon", self.no_daemon);
  }
};

struct Schema {
  std::map<std::string, std::string> config;
  std::string detected_prefix, schema_version;
  std::vector<std::string> sample_issue_ids, tables;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("config", self.config);
    visit("detected_prefix", self.detected_prefix);
    visit("sample_issue_ids", self.sample_issue_ids);
    visit("schema_version", self.schema_version);
    visit("tables", self.tables);
  }
};

struct Body {
  std::map<std::string, std::string> config;
  bool daemon_connected = false, whats_new = false;
  std::string daemon_fallback_reason, daemon_detail, daemon_status, daemon_version, socket_path;
  std::string database_path, mode = "direct";
  int64_t issue_count = 0;
  std::optional<Schema> schema;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("config", self.config);
    visit("daemon_connected", self.daemon_connected);
    visit("daemon_detail", self.daemon_detail, kOmitEmpty);
    visit("daemon_fallback_reason", self.daemon_fallback_reason, kOmitEmpty);
    visit("daemon_status", self.daemon_status, kOmitEmpty);
    visit("daemon_version", self.daemon_version, kOmitEmpty);
    visit("database_path", self.database_path);
    visit("issue_count", self.issue_count);
    visit("mode", self.mode);
    visit("schema", self.schema, kOmitEmpty);
    visit("socket_path", self.socket_path, kOmitEmpty);
    visit("whats_new", self.whats_new, kOmitEmpty);
  }
  void PrintJson(JsonWriter& out) const;
};

void Body::PrintJson(JsonWriter& out) const {
  if (!whats_new) return WriteJson(out, *this);
  out.BeginObject();
  out.Key("current_version");
  out.String(kVersion);
  out.Key("recent_changes");
  out.BeginArray();
  out.BeginObject();
  out.Key("version");
  out.String(kVersion);
  out.Key("date");
  out.String(kChangesDate);
  out.Key("changes");
  out.BeginArray();
  for (std::string_view line : kChanges) out.String(line);
  out.EndArray();
  out.EndObject();
  out.EndArray();
  out.EndObject();
}

Result<Args> Prepare(Invocation& invocation) {
  return Args{invocation.flags.Bool("schema"), invocation.flags.Bool("whats-new"),
              invocation.globals.no_daemon};
}

Result<Schema> DescribeSchema(Session& session) {
  Schema schema;
  schema.config["issue_prefix"] = TRY(IssuePrefix(session.tx()));
  schema.schema_version = kVersion;
  schema.tables = {"issues", "dependencies", "labels", "config", "metadata"};
  schema.sample_issue_ids = TRY(SampleIds(session.tx(), kSamples));
  schema.detected_prefix = schema.sample_issue_ids.empty() ? "" : PrefixOf(schema.sample_issue_ids[0]);
  return schema;
}

void LookForDaemon(const std::string& database, bool not_wanted, Body& body) {
  if (not_wanted) {
    body.daemon_fallback_reason = "flag_no_daemon";
    return;
  }
  const DaemonPlace place = DaemonPlace::Of(database);
  const DaemonView view = LookAtDaemon(place);
  if (!view.answers()) {
    body.daemon_fallback_reason = "connect_failed";
    if (view.present()) body.daemon_detail = view.trouble;
    return;
  }
  body.daemon_connected = true;
  body.mode = "daemon";
  body.daemon_status = "healthy";
  body.daemon_version = view.version;
  body.socket_path = place.socket;
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  body.whats_new = args.whats_new;
  if (args.whats_new) return body;
  body.config = TRY(AllConfig(session.tx()));
  LookForDaemon(session.workspace().database, args.no_daemon, body);
  body.database_path = session.workspace().database;
  body.issue_count = TRY(CountLive(session.tx()));
  if (args.schema) body.schema = TRY(DescribeSchema(session));
  return body;
}

void PrintWhatsNew(Output& out) {
  out.Line(Cat("\nWhat's new in bd ", kVersion, " (", kChangesDate, "):"));
  for (std::string_view line : kChanges) out.Line(Cat("  • ", line));
  out.Line();
}

void Print(const Body& body, Output& out) {
  if (body.whats_new) return PrintWhatsNew(out);
  out.Line("\nBeads Database Information\n===========================");
  out.Line(Cat("Database: ", body.database_path));
  out.Line(Cat("Mode: ", body.mode));
  out.Line(Cat("\nDaemon Status:\n  Connected: ", body.daemon_connected ? "yes" : "no"));
  if (body.daemon_connected)
    out.Line(Cat("  Health: ", body.daemon_status, "\n  Version: ", body.daemon_version));
  if (!body.daemon_connected) out.Line(Cat("  Reason: ", body.daemon_fallback_reason));
  if (!body.daemon_detail.empty()) out.Line(Cat("  Detail: ", body.daemon_detail));
  out.Line(Cat("\nIssue Count: ", body.issue_count));
  if (!body.schema) return;
  const Schema& schema = *body.schema;
  out.Line("\nSchema Information:");
  out.Line(Cat("  Tables: [", Join(schema.tables, " "), "]"));
  out.Line(Cat("  Schema Version: ", schema.schema_version));
  out.Line(Cat("  Detected Prefix: ", schema.detected_prefix));
  out.Line(Cat("  Sample Issues: [", Join(schema.sample_issue_ids, " "), "]"));
}

}  // namespace

extern const Command kCommand_info = {
    .name = "info",
    .summary = "Show the database, its settings and its schema",
    .group = "Setup & Configuration",
    .flags = kFlags,
    .needs = Needs::kRead,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
