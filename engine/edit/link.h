// Edges between issues.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/edit/context.h"

namespace bd {

// `from` depends on `to` (exact ids, or an external reference as `to`). Refused: an edge to itself, a
// circle of edges that order work, a child that waits for its own parent, an epic below an issue that
// is none, an edge that exists. A second symmetric edge (related) the other way round is there already.
Status AddDependency(EditContext& context, const std::string& from, const std::string& to,
                     const std::string& type);

// All edges between the two in this direction, or those of one type; kNotFound if there are none.
Status RemoveDependency(EditContext& context, const std::string& from, const std::string& to,
                        const std::string& only_type = "");

// Makes `parent` the only parent; empty: none.
Status SetParent(EditContext& context, const std::string& id, const std::string& parent);

// relates-to in both directions.
Status Relate(EditContext& context, const std::string& a, const std::string& b);
Status Unrelate(EditContext& context, const std::string& a, const std::string& b);

// Writes a checked edge and its event; the issue was marked dirty by the caller.
Status InsertEdgeWithEvent(EditContext& context, const Dependency& edge);

}  // namespace bd
