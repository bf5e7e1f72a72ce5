// What hangs on issues: labels, edges, comments; loading them for many issues at once.
//
// An edge whose target does not exist (yet) waits in bd_dangling: other programs delete such edges
// from `dependencies`. For everyone in this program it is an edge like any other.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/store.h"
#include "engine/types/issue.h"

namespace bd {

Status AddLabel(Tx& tx, std::string_view id, std::string_view label);     // fine if it is there
Status RemoveLabel(Tx& tx, std::string_view id, std::string_view label);  // fine if it is not
// Makes the labels of an issue exactly these.
Status SetLabels(Tx& tx, std::string_view id, const std::vector<std::string>& labels);

// kConflict if this edge (same type) exists.
Status InsertEdge(Tx& tx, const Dependency& edge);
// The same without a look at whether the target exists; SortOutDangling has to follow.
Status InsertEdgeUnchecked(Tx& tx, const Dependency& edge);
// Every edge comes to where it belongs.
Status SortOutDangling(Tx& tx);
Status DeleteEdge(Tx& tx, const Dependency& edge);
// Makes the edges that start at an issue exactly these.
Status SetEdges(Tx& tx, std::string_view id, const std::vector<Dependency>& edges);
// Edges that start at an issue, or point at it, in the order of the file.
Result<std::vector<Dependency>> EdgesFrom(Tx& tx, std::string_view id);
Result<std::vector<Dependency>> EdgesTo(Tx& tx, std::string_view id);
// After an issue has come into being: edges that waited for it become ordinary ones. The issues at
// whose start they stand are returned.
Result<std::vector<std::string>> ConnectDangling(Tx& tx, std::string_view target);

// Stores a comment; its id becomes the row's unless `file_id` asks for one that can be had.
Result<Comment> InsertComment(Tx& tx, Comment comment, std::optional<int64_t> file_id);
// Makes the comments of an issue exactly these, by author, text and moment.
Status SetComments(Tx& tx, std::string_view id, const std::vector<Comment>& comments);

// Walks labels, edges and comments in the order of issue ids, beside a walk over the issues.
class AttachmentCursors {
 public:
  static Result<AttachmentCursors> Open(Tx& tx);
  // Issues must come in the order of their ids.
  Status Load(Issue& issue);

 private:
  AttachmentCursors(Statement labels, Statement edges, Statement comments)
      : labels_(std::move(labels)), edges_(std::move(edges)), comments_(std::move(comments)) {}
  Statement labels_, edges_, comments_;
  bool has_label_ = false, has_edge_ = false, has_comment_ = false;
};

}  // namespace bd
