#include "bd/export_lines.h"

#include "engine/storage/dirty.h"
#include "engine/storage/exchange.h"
#include "engine/types/issue_json.h"

namespace bd {

Status LineCollector::Visit(const Issue& issue) {
  if (issue.ephemeral && !TRY(IsExported(tx_, issue))) return Ok();
  if (verbatim_) {
    text += TRY(ExportLine(tx_, issue.id, IssueLine(issue)));
  } else {
    AppendIssueLine(text, issue);
  }
  text += '\n';
  ++count;
  return Ok();
}

}  // namespace bd
