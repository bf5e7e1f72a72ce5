#include "engine/storage/issues.h"

#include <array>

#include "engine/base/text.h"
#include "engine/storage/attachments.h"
#include "engine/types/content_hash.h"
#include "engine/types/issue_fields.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

constexpr size_t kSqlMax = 4096;

// Text put together at compile time from the table of members.
struct FixedText {
  std::array<char, kSqlMax> data{};
  size_t size = 0;
  constexpr void Append(std::string_view text) {
    for (char c : text) data[size++] = c;
  }
  constexpr std::string_view view() const { return {data.data(), size}; }
};

constexpr size_t kStoredFields = [] {
  size_t count = 0;
  for (const IssueField& field : kIssueFields) count += !field.column.empty();
  return count;
}();

constexpr std::array<const IssueField*, kStoredFields> kStored = [] {
  std::array<const IssueField*, kStoredFields> fields{};
  size_t count = 0;
  for (const IssueField& field : kIssueFields) {
    if (!field.column.empty()) fields[count++] = &field;
  }
  return fields;
}();

constexpr FixedText kSelectColumns = [] {
  FixedText text;
  for (const IssueField* field : kStored) {
    text.Append("i.");
    text.Append(field->column);
    text.Append(", ");
  }
  text.Append("(SELECT members FROM bd_extra x WHERE x.issue_id = i.id)");
  return text;
}();

constexpr FixedText kInsertSql = [] {
  FixedText text;
  text.Append("INSERT INTO issues(content_hash");
  for (const IssueField* field : kStored) {
    text.Append(", ");
    text.Append(field->column);
  }
  text.Append(") VALUES (?");
  for (size_t i = 0; i < kStoredFields; ++i) text.Append(", ?");
  text.Append(")");
  return text;
}();

constexpr FixedText kUpdateSql = [] {
  FixedText text;
  text.Append("UPDATE issues SET content_hash = ?");
  for (const IssueField* field : kStored) {
    text.Append(", ");
    text.Append(field->column);
    text.Append(" = ?");
  }
  text.Append(" WHERE id = ?");
  return text;
}();

class RowReader {
 public:
  RowReader(const Statement& row, Issue& issue) : row_(row), issue_(issue) {}

  Status Read(const IssueField& field, int column) {
    if (row_.IsNull(column)) return Ok();
    return std::visit([&](auto member) { return Value(issue_.*member, column); }, field.member);
  }

 private:
  Status Value(std::string& value, int column) {
    value = row_.Text(column);
    return Ok();
  }
  Status Value(int64_t& value, int column) {
    value = row_.Int(column);
    return Ok();
  }
  Status Value(std::optional<int64_t>& value, int column) {
    value = row_.Int(column);
    return Ok();
  }
  Status Value(bool& value, int column) {
    value = row_.Int(column) != 0;
    return Ok();
  }
  Status Value(RawJson& value, int column) {
    value.text = row_.Text(column);
    if (value.text == "{}") value.text.clear();
    return Ok();
  }
  Status Value(Time& value, int column) {
    std::optional<Time> time = ParseTime(row_.TextView(column));
    if (!time) return BadColumn(column, "a time");
    value = *time;
    return Ok();
  }
  Status Value(std::optional<Time>& value, int column) {
    if (row_.TextView(column).empty()) return Ok();
    Time time;
    TRY(Value(time, column));
    value = time;
    return Ok();
  }
  Status Value(std::vector<std::string>& value, int column) {
    if (row_.TextView(column).empty()) return Ok();
    Result<JsonDocument> document = JsonDocument::Parse(row_.TextView(column));
    if (!document || !document->root().IsArray()) return BadColumn(column, "a list");
    const JsonDocument list = std::move(*document);
    for (size_t i = 0; i < list.root().size(); ++i) {
      value.push_back(list.root().At(i).AsString().value_or(""));
    }
    return Ok();
  }
  Status Value(std::vector<Dependency>&, int) { return Ok(); }
  Status Value(std::vector<Comment>&, int) { return Ok(); }

  Error BadColumn(int column, std::string_view wanted) const {
    return {Code::kCorrupt,
            Cat("issue ", issue_.id, ": the database holds ", Quote(row_.TextView(column)), " instead of ",
                wanted),
            "", false};
  }

  const Statement& row_;
  Issue& issue_;
};

class RowBinder {
 public:
  RowBinder(Statement& statement, const Issue& issue) : statement_(statement), issue_(issue) {}

  void Bind(const IssueField& field, int index) {
    std::visit([&](auto member) { Value(field, issue_.*member, index); }, field.member);
  }

 private:
  void Value(const IssueField& field, const std::string& value, int index) {
    if (field.null_when_empty && value.empty()) return statement_.BindNull(index);
    statement_.BindTextInPlace(index, value);
  }
  void Value(const IssueField& field, int64_t value, int index) {
    if (field.null_when_empty && value == 0) return statement_.BindNull(index);
    statement_.BindInt(index, value);
  }
  void Value(const IssueField&, const std::optional<int64_t>& value, int index) {
    value ? statement_.BindInt(index, *value) : statement_.BindNull(index);
  }
  void Value(const IssueField&, bool value, int index) { statement_.BindInt(index, value ? 1 : 0); }
  void Value(const IssueField&, const RawJson& value, int index) {
    statement_.BindTextInPlace(index, value.text);
  }
  void Value(const IssueField&, const Time& value, int index) {
    statement_.BindText(index, FormatTime(value));
  }
  void Value(const IssueField&, const std::optional<Time>& value, int index) {
    value ? statement_.BindText(index, FormatTime(*value)) : statement_.BindNull(index);
  }
  void Value(const IssueField&, const std::vector<std::string>& value, int index) {
    if (value.empty()) return statement_.BindNull(index);
    std::string text;
    JsonWriter out(text);
    out.BeginArray();
    for (const std::string& item : value) out.String(item);
    out.EndArray();
    statement_.BindText(index, text);
  }
  void Value(const IssueField&, const std::vector<Dependency>&, int) {}
  void Value(const IssueField&, const std::vector<Comment>&, int) {}

  Statement& statement_;
  const Issue& issue_;
};

FieldSet StoredAndSets() {
  FieldSet set;
  for (size_t i = 0; i < kIssueFieldCount; ++i) {
    set.set(i, !kIssueFields[i].column.empty() || kIssueFields[i].merge == MergeRule::kSet);
  }
  return set;
}

// Members without a column, and unknown ones, as one object.
std::string ExtraMembers(const Issue& issue) {
  std::string text;
  JsonWriter out(text);
  out.BeginObject();
  WriteIssueMembers(out, issue, StoredAndSets());
  out.EndObject();
  return text == "{}" ? "" : text;
}

Status WriteExtra(Tx& tx, const Issue& issue) {
  const std::string members = ExtraMembers(issue);
  if (members.empty()) return tx.db().Execute("DELETE FROM bd_extra WHERE issue_id = ?", issue.id);
  return tx.db().Execute("INSERT OR REPLACE INTO bd_extra(issue_id, members) VALUES (?, ?)", issue.id,
                         members);
}

Status BindAndRun(Tx& tx, std::string_view sql, const Issue& issue, bool with_key) {
  Statement statement = TRY(tx.db().Prepare(sql));
  statement.BindText(1, ContentHash(issue));
  RowBinder binder(statement, issue);
  int index = 1;
  for (const IssueField* field : kStored) binder.Bind(*field, ++index);
  if (with_key) statement.BindText(++index, issue.id);
  return statement.Execute();
}

Status CountTopLevel(Tx& tx, std::string_view id, int64_t change) {
  if (id.find('.') != std::string_view::npos) return Ok();
  return tx.db().Execute("UPDATE bd_meta SET value = value + ? WHERE key = 'top_level_issues'", change);
}

}  // namespace

std::string_view IssueColumns() { return kSelectColumns.view(); }
int IssueColumnCount() { return static_cast<int>(kStoredFields) + 1; }

Result<Issue> ReadIssueRow(const Statement& statement, int first) {
  Issue issue;
  const int extra = first + static_cast<int>(kStoredFields);
  if (!statement.IsNull(extra)) {
    // Unknown members are kept exactly; those that we know but have no column for are read back.
    issue = TRY(ParseIssue(statement.TextView(extra)));
  }
  RowReader reader(statement, issue);
  int column = first;
  for (const IssueField* field : kStored) TRY(reader.Read(*field, column++));
  return issue;
}

Result<std::optional<Issue>> FindIssue(Tx& tx, std::string_view id, Details details) {
  std::vector<Issue> found;
  {
    Statement statement =
        TRY(tx.db().Prepare(Cat("SELECT ", IssueColumns(), " FROM issues i WHERE i.id = ?")));
    statement.Bind(id);
    if (!TRY(statement.Step())) return std::optional<Issue>();
    found.push_back(TRY(ReadIssueRow(statement)));
  }
  TRY(LoadDetails(tx, found, details));
  return std::optional<Issue>(std::move(found.front()));
}

Result<bool> IssueExists(Tx& tx, std::string_view id) {
  return TRY(QueryInt(tx.db(), "SELECT count(*) FROM issues WHERE id = ?", id)) > 0;
}

Result<bool> LiveIssueExists(Tx& tx, std::string_view id) {
  return TRY(QueryInt(tx.db(), "SELECT count(*) FROM issues WHERE id = ? AND status <> 'tombstone'", id)) > 0;
}

Status InsertIssueRow(Tx& tx, const Issue& issue) {
  TRY(InsertIssueRowUncounted(tx, issue));
  return CountTopLevel(tx, issue.id, 1);
}

Status CountTopLevelAnew(Tx& tx) {
  return tx.db().Run(
      "UPDATE bd_meta SET value = (SELECT count(*) FROM issues WHERE instr(id, '.') = 0) "
      "WHERE key = 'top_level_issues'");
}

Status InsertIssueRowUncounted(Tx& tx, const Issue& issue) {
  TRY(BindAndRun(tx, kInsertSql.view(), issue, false));
  const std::string members = ExtraMembers(issue);
  if (members.empty()) return Ok();
  return tx.db().Execute("INSERT INTO bd_extra(issue_id, members) VALUES (?, ?)", issue.id, members);
}

Status UpdateIssueRow(Tx& tx, const Issue& issue) {
  TRY(BindAndRun(tx, kUpdateSql.view(), issue, true));
  return WriteExtra(tx, issue);
}

Status DeleteIssueRows(Tx& tx, std::string_view id) {
  // Edges have no declared owner in tables of other releases, nor has what we know of comments; the rest goes
  // with the row.
  TRY(tx.db().Execute(
      "DELETE FROM bd_comment_extra WHERE comment_id IN (SELECT id FROM comments WHERE issue_id = ?)", id));
  TRY(tx.db().Execute("DELETE FROM dependencies WHERE issue_id = ?", id));
  TRY(tx.db().Execute("DELETE FROM bd_edge_extra WHERE issue_id = ?", id));
  TRY(tx.db().Execute("DELETE FROM issues WHERE id = ?", id));
  return CountTopLevel(tx, id, -1);
}

Result<int64_t> TopLevelIssues(Tx& tx) {
  return QueryInt(tx.db(), "SELECT value FROM bd_meta WHERE key = 'top_level_issues'");
}

Status ForEachIssue(Tx& tx, IssueVisitor& visitor) {
  Statement rows = TRY(tx.db().Prepare(Cat("SELECT ", IssueColumns(), " FROM issues i ORDER BY i.id")));
  AttachmentCursors cursors = TRY(AttachmentCursors::Open(tx));
  while (TRY(rows.Step())) {
    Issue issue = TRY(ReadIssueRow(rows));
    TRY(cursors.Load(issue));
    TRY(visitor.Visit(issue));
  }
  return Ok();
}

}  // namespace bd
