#include "engine/storage/attachments.h"

#include <algorithm>
#include <unordered_map>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/storage/issues.h"
#include "engine/types/id.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

constexpr std::string_view kEdgeTables[] = {"dependencies", "bd_dangling"};

// Edges of one table, with their unknown members; ends with WHERE.
std::string EdgeSelect(std::string_view table) {
  return Cat(
      "SELECT e.issue_id, e.depends_on_id, e.type, e.created_at, e.created_by, e.metadata, "
      "e.thread_id, (SELECT members FROM bd_edge_extra x WHERE x.issue_id = e.issue_id AND "
      "x.depends_on_id = e.depends_on_id AND x.type = e.type) FROM ",
      table, " e WHERE ");
}

constexpr std::string_view kCommentSql =
    "SELECT c.issue_id, coalesce(x.file_id, c.id), c.author, c.text, c.created_at, x.members, c.id "
    "FROM comments c LEFT JOIN bd_comment_extra x ON x.comment_id = c.id WHERE ";

Result<Time> ReadTimeColumn(const Statement& row, int column) {
  if (row.IsNull(column)) return Time();
  std::optional<Time> time = ParseTime(row.TextView(column));
  if (!time) {
    return Error{Code::kCorrupt,
                 Cat("the database holds ", Quote(row.TextView(column)), " instead of a time"), "", false};
  }
  return *time;
}

// NULL is how 0.49.6 stores "{}". Of a waits-for edge it stands for no metadata, since 0.49.6 fails
// on an empty text there.
Result<Dependency> ReadEdge(const Statement& row) {
  Dependency edge;
  edge.issue_id = row.Text(0);
  edge.depends_on_id = row.Text(1);
  edge.type = row.Text(2);
  edge.created_at = TRY(ReadTimeColumn(row, 3));
  edge.created_by = row.Text(4);
  edge.metadata = row.Text(5);
  if (row.IsNull(5) && edge.type != edge::kWaitsFor) edge.metadata = "{}";
  edge.thread_id = row.Text(6);
  edge.extra.text = row.Text(7);
  return edge;
}

Result<Comment> ReadComment(const Statement& row) {
  Comment comment;
  comment.issue_id = row.Text(0);
  comment.id = row.Int(1);
  comment.author = row.Text(2);
  comment.text = row.Text(3);
  comment.created_at = TRY(ReadTimeColumn(row, 4));
  comment.extra.text = row.Text(5);
  return comment;
}

Result<std::vector<Dependency>> QueryEdges(Tx& tx, std::string_view column, std::string_view id) {
  std::vector<Dependency> edges;
  for (std::string_view table : kEdgeTables) {
    Statement rows = TRY(tx.db().Prepare(Cat(EdgeSelect(table), "e.", column, " = ?")));
    rows.Bind(id);
    while (TRY(rows.Step())) edges.push_back(TRY(ReadEdge(rows)));
  }
  SortEdges(edges);
  return edges;
}

}  // namespace

// --- Labels

Status AddLabel(Tx& tx, std::string_view id, std::string_view label) {
  return tx.db().Execute("INSERT OR IGNORE INTO labels(issue_id, label) VALUES (?, ?)", id, label);
}

Status RemoveLabel(Tx& tx, std::string_view id, std::string_view label) {
  return tx.db().Execute("DELETE FROM labels WHERE issue_id = ? AND label = ?", id, label);
}

Status SetLabels(Tx& tx, std::string_view id, const std::vector<std::string>& labels) {
  TRY(tx.db().Execute("DELETE FROM labels WHERE issue_id = ?", id));
  for (const std::string& label : labels) TRY(AddLabel(tx, id, label));
  return Ok();
}

// --- Edges

namespace {

Status InsertEdgeInto(Tx& tx, std::string_view table, const Dependency& edge) {
  Statement insert =
      TRY(tx.db().Prepare(Cat("INSERT INTO ", table,
                              "(issue_id, depends_on_id, type, created_at, created_by, metadata, thread_id) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?)")));
  insert.Bind(edge.issue_id, edge.depends_on_id, edge.type, edge.created_at, edge.created_by, nullptr,
              edge.thread_id);
  const bool null = edge.type == edge::kWaitsFor ? edge.metadata.empty() : edge.metadata == "{}";
  if (!null) insert.BindText(6, edge.metadata);
  TRY(insert.Execute());
  if (edge.extra.empty()) return Ok();
  return tx.db().Execute(
      "INSERT OR REPLACE INTO bd_edge_extra(issue_id, depends_on_id, type, members) VALUES (?, ?, ?, ?)",
      edge.issue_id, edge.depends_on_id, edge.type, edge.extra.text);
}

// Moves the edges for which `condition` holds.
template <typename... Values>
Status MoveEdges(Tx& tx, std::string_view from, std::string_view to, std::string_view condition,
                 const Values&... values) {
  constexpr std::string_view kColumns =
      "issue_id, depends_on_id, type, created_at, created_by, metadata, thread_id";
  TRY(tx.db().Execute(Cat("INSERT OR IGNORE INTO ", to, "(", kColumns, ") SELECT ", kColumns, " FROM ", from,
                          " WHERE ", condition),
                      values...));
  return tx.db().Execute(Cat("DELETE FROM ", from, " WHERE ", condition), values...);
}

}  // namespace

Status InsertEdge(Tx& tx, const Dependency& edge) {
  const bool dangling = !IsExternalReference(edge.depends_on_id) && !TRY(IssueExists(tx, edge.depends_on_id));
  return InsertEdgeInto(tx, dangling ? "bd_dangling" : "dependencies", edge);
}

Status InsertEdgeUnchecked(Tx& tx, const Dependency& edge) {
  return InsertEdgeInto(tx, "dependencies", edge);
}

Status SortOutDangling(Tx& tx) {
  TRY(MoveEdges(tx, "bd_dangling", "dependencies", "depends_on_id IN (SELECT id FROM issues)"));
  return MoveEdges(
      tx, "dependencies", "bd_dangling",
      "substr(depends_on_id, 1, 9) <> 'external:' AND depends_on_id NOT IN (SELECT id FROM issues)");
}

Status DeleteEdge(Tx& tx, const Dependency& edge) {
  for (std::string_view table : {"dependencies", "bd_dangling", "bd_edge_extra"}) {
    TRY(tx.db().Execute(Cat("DELETE FROM ", table, " WHERE issue_id = ? AND depends_on_id = ? AND type = ?"),
                        edge.issue_id, edge.depends_on_id, edge.type));
  }
  return Ok();
}

Status SetEdges(Tx& tx, std::string_view id, const std::vector<Dependency>& edges) {
  const std::vector<Dependency> present = TRY(EdgesFrom(tx, id));
  for (const Dependency& edge : present) {
    if (std::find(edges.begin(), edges.end(), edge) == edges.end()) TRY(DeleteEdge(tx, edge));
  }
  for (Dependency edge : edges) {
    if (std::find(present.begin(), present.end(), edge) != present.end()) continue;
    edge.issue_id = id;
    TRY(InsertEdge(tx, edge));
  }
  return Ok();
}

Result<std::vector<Dependency>> EdgesFrom(Tx& tx, std::string_view id) {
  return QueryEdges(tx, "issue_id", id);
}

Result<std::vector<Dependency>> EdgesTo(Tx& tx, std::string_view id) {
  return QueryEdges(tx, "depends_on_id", id);
}

Result<std::vector<std::string>> ConnectDangling(Tx& tx, std::string_view target) {
  std::vector<std::string> sources =
      TRY(QueryTexts(tx.db(), "SELECT issue_id FROM bd_dangling WHERE depends_on_id = ?", target));
  if (sources.empty()) return sources;
  MARK("storage.dangling_connected");
  TRY(MoveEdges(tx, "bd_dangling", "dependencies", "depends_on_id = ?1", target));
  return sources;
}

// --- Comments

// Row numbers grow beyond the greatest that ever was: one from the file that is near the end of numbers
// would leave none for comments to come.
constexpr int64_t kWishedRowMax = int64_t{1} << 53;

Result<Comment> InsertComment(Tx& tx, Comment comment, std::optional<int64_t> file_id) {
  auto insert = [&](std::optional<int64_t> id) -> Result<bool> {
    TRY(
        tx.db().Execute("INSERT INTO comments(id, issue_id, author, text, created_at) VALUES (?, ?, ?, ?, ?) "
                        "ON CONFLICT(id) DO NOTHING",
                        id, comment.issue_id, comment.author, comment.text, comment.created_at));
    return tx.db().Changes() > 0;
  };
  const bool wished = file_id && *file_id > 0 && *file_id <= kWishedRowMax && TRY(insert(file_id));
  if (!wished) TRY(insert(std::nullopt));
  const int64_t row = tx.db().LastRowId();
  comment.id = file_id.value_or(row);
  if (comment.id == row && comment.extra.empty()) {
    // Another program may have removed a comment that had this number, without what we knew of it.
    TRY(tx.db().Execute("DELETE FROM bd_comment_extra WHERE comment_id = ?", row));
    return comment;
  }
  TRY(tx.db().Execute(
      "INSERT OR REPLACE INTO bd_comment_extra(comment_id, file_id, members) VALUES (?, ?, ?)", row,
      comment.id, comment.extra.text));
  return comment;
}

Status SetComments(Tx& tx, std::string_view id, const std::vector<Comment>& comments) {
  std::vector<std::pair<int64_t, Comment>> present;
  {
    Statement rows = TRY(tx.db().Prepare(Cat(kCommentSql, "c.issue_id = ?")));
    rows.Bind(id);
    while (TRY(rows.Step())) {
      Comment comment = TRY(ReadComment(rows));
      present.emplace_back(rows.Int(6), std::move(comment));
    }
  }
  for (const auto& [row, comment] : present) {
    const bool kept = std::any_of(comments.begin(), comments.end(),
                                  [&c = comment](const Comment& other) { return c == other; });
    if (kept) continue;
    TRY(tx.db().Execute("DELETE FROM comments WHERE id = ?", row));
    TRY(tx.db().Execute("DELETE FROM bd_comment_extra WHERE comment_id = ?", row));
  }
  for (Comment comment : comments) {
    const bool there = std::any_of(present.begin(), present.end(),
                                   [&comment](const auto& entry) { return entry.second == comment; });
    if (there) continue;
    comment.issue_id = id;
    const int64_t file_id = comment.id;
    TRY(InsertComment(tx, std::move(comment), file_id));
  }
  return Ok();
}

// --- Loading for many

namespace {

using IssueIndex = std::unordered_map<std::string_view, Issue*>;
constexpr size_t kIdsPerQuery = 400;

template <typename Store>
Status QueryInChunks(Tx& tx, const std::vector<Issue>& issues, const std::string& before,
                     const std::string& after, Store store) {
  for (size_t start = 0; start < issues.size(); start += kIdsPerQuery) {
    const size_t count = std::min(kIdsPerQuery, issues.size() - start);
    Statement rows = TRY(tx.db().Prepare(Cat(before, " IN (", Placeholders(count), ")", after)));
    for (size_t i = 0; i < count; ++i) rows.BindText(static_cast<int>(i) + 1, issues[start + i].id);
    while (TRY(rows.Step())) TRY(store(rows));
  }
  return Ok();
}

}  // namespace

Status LoadDetails(Tx& tx, std::vector<Issue>& issues, Details details) {
  if (issues.empty()) return Ok();
  IssueIndex by_id;
  for (Issue& issue : issues) by_id[issue.id] = &issue;
  auto owner = [&by_id](const Statement& row) { return by_id.find(row.TextView(0))->second; };
  if (details.labels) {
    TRY(QueryInChunks(tx, issues, "SELECT issue_id, label FROM labels WHERE issue_id", " ORDER BY label",
                      [&](const Statement& row) {
                        owner(row)->labels.push_back(row.Text(1));
                        return Ok();
                      }));
  }
  if (details.dependencies) {
    for (std::string_view table : kEdgeTables) {
      TRY(QueryInChunks(tx, issues, EdgeSelect(table) + "e.issue_id", "",
                        [&](const Statement& row) -> Status {
                          owner(row)->dependencies.push_back(TRY(ReadEdge(row)));
                          return Ok();
                        }));
    }
  }
  if (details.comments) {
    TRY(QueryInChunks(tx, issues, Cat(kCommentSql, "c.issue_id"), "", [&](const Statement& row) -> Status {
      owner(row)->comments.push_back(TRY(ReadComment(row)));
      return Ok();
    }));
  }
  for (Issue& issue : issues) Normalise(issue);
  return Ok();
}

Result<AttachmentCursors> AttachmentCursors::Open(Tx& tx) {
  AttachmentCursors cursors(
      TRY(tx.db().Prepare("SELECT issue_id, label FROM labels ORDER BY issue_id, label")),
      TRY(tx.db().Prepare(
          Cat(EdgeSelect("dependencies"), "true UNION ALL ", EdgeSelect("bd_dangling"), "true ORDER BY 1"))),
      TRY(tx.db().Prepare(Cat(kCommentSql, "true ORDER BY c.issue_id"))));
  cursors.has_label_ = TRY(cursors.labels_.Step());
  cursors.has_edge_ = TRY(cursors.edges_.Step());
  cursors.has_comment_ = TRY(cursors.comments_.Step());
  return cursors;
}

Status AttachmentCursors::Load(Issue& issue) {
  // Rows of ids that are smaller belong to no issue (left behind by another program).
  while (has_label_ && labels_.TextView(0) <= issue.id) {
    if (labels_.TextView(0) == issue.id) issue.labels.push_back(labels_.Text(1));
    has_label_ = TRY(labels_.Step());
  }
  while (has_edge_ && edges_.TextView(0) <= issue.id) {
    if (edges_.TextView(0) == issue.id) issue.dependencies.push_back(TRY(ReadEdge(edges_)));
    has_edge_ = TRY(edges_.Step());
  }
  while (has_comment_ && comments_.TextView(0) <= issue.id) {
    if (comments_.TextView(0) == issue.id) issue.comments.push_back(TRY(ReadComment(comments_)));
    has_comment_ = TRY(comments_.Step());
  }
  Normalise(issue);
  return Ok();
}

}  // namespace bd
