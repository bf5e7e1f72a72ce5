#include "engine/sync/import_file.h"

#include <algorithm>
#include <unordered_set>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/edit/context.h"
#include "engine/edit/delete.h"
#include "engine/storage/attachments.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/sync/rename.h"
#include "engine/sync/take_in.h"
#include "engine/types/content_hash.h"
#include "engine/types/id.h"
#include "engine/types/issue_json.h"
#include "engine/types/validate.h"

namespace bd {

namespace {

Error Whole(std::string line, std::string hint = "") {
  return {Code::kInvalid, std::move(line), std::move(hint), true};
}
Error Failed(std::string_view reason) { return Whole(Cat("Import failed: ", reason)); }

std::string PrefixList(const std::map<std::string, int64_t>& counts, std::string_view noun) {
  std::string list;
  for (const auto& [prefix, count] : counts)
    list += Cat(list.empty() ? "" : " ", prefix, "- (", count, " ", noun, ")");
  return Cat("[", list, "]");
}

class Importer {
 public:
  Importer(Tx& tx, const ImportOptions& options)
      : tx_(tx), options_(options), take_in_(tx, TakeIn::Source::kOtherVersion, options.now) {}

  Result<ImportResult> Run(LineReader& reader) {
    prefix_ = TRY(IssuePrefix(tx_));
    allowed_ = SplitList(TRY(GetConfig(tx_, "allowed_prefixes")).value_or(""));
    TRY(take_in_.Begin());
    TRY(options_.rename ? RunRenaming(reader) : RunStreaming(reader));
    TRY(TakeOrphans());
    TRY(CheckReferences());
    TRY(CheckPrefixes());
    TRY(take_in_.Finish());
    TRY(CheckDangling());
    for (const std::string& parent : parents_sought_) orphan_count_ += !TRY(IssueExists(tx_, parent));
    AddRemarks();
    return std::move(result_);
  }

 private:
  Status RunStreaming(LineReader& reader) {
    Line line;
    for (;;) {
      Result<bool> more = reader.Next(line);
      if (!more) return Whole(Cat("Error reading input: ", options_.name, ": ", more.error().message));
      if (!*more) return Ok();
      std::optional<ParsedLine> parsed = TRY(Parse(line));
      if (parsed) TRY(TakeLine(*parsed, line.number));
      if (options_.progress && line.number % 4096 == 0)
        options_.progress(reader.offset(), reader.offset() + 1);
    }
  }

  // References to ids that get another name may stand before their lines, so all is read first.
  Status RunRenaming(LineReader& reader) {
    std::vector<std::pair<int64_t, ParsedLine>> lines;
    Renamer renamer(tx_, prefix_);
    std::map<std::string, const Issue*> foreign;  // a parent's id comes before those of its children
    Line line;
    while (TRY(reader.Next(line))) {
      if (std::optional<ParsedLine> parsed = TRY(Parse(line)))
        lines.emplace_back(line.number, std::move(*parsed));
    }
    for (const auto& [number, parsed] : lines) {
      const Issue& issue = parsed.issue;
      if (issue.id.empty()) continue;
      if (HasOurPrefix(issue.id)) {
        renamer.Keep(issue);
      } else {
        foreign.try_emplace(issue.id, &issue);
      }
    }
    for (const auto& [id, issue] : foreign) TRY(renamer.Name(*issue));
    for (auto& [number, parsed] : lines) {
      renamer.Apply(parsed.issue);
      TRY(TakeLine(parsed, number));
    }
    return Ok();
  }

  Result<std::optional<ParsedLine>> Parse(const Line& line) {
    std::string_view text = line.text;
    if (line.number == 1 && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (Trim(text).empty()) return std::optional<ParsedLine>();
    if (IsConflictMarker(text)) {
      return Error{Code::kConflict,
                   Cat("Git conflict markers detected in JSONL file (line ", line.number, ")"), "", true};
    }
    Result<ParsedLine> parsed = ParseIssueLine(text);
    if (!parsed && !IsValidUtf8(text)) {
      parsed = ParseIssueLine(ReplaceInvalidUtf8(text));
      if (parsed) ++repaired_;
    }
    if (parsed) return std::optional<ParsedLine>(std::move(*parsed));
    if (options_.keep_going) return PassOver(line.number, parsed.error().message);
    return Whole(Cat("Error parsing line ", line.number, ": ", parsed.error().message), Advice(line.number));
  }

  std::string Advice(int64_t number) const {
    return Cat("nothing was imported; correct ", options_.name, ":", number,
               ", or pass over such lines with --keep-going");
  }

  std::optional<ParsedLine> PassOver(int64_t number, std::string_view reason) {
    result_.remarks.push_back(Cat("line ", number, " was passed over: ", reason));
    ++result_.skipped;
    return std::nullopt;
  }

  bool HasOurPrefix(std::string_view id) const {
    auto fits = [id](std::string_view prefix) {
      return id.starts_with(Cat(prefix, prefix.ends_with('-') ? "" : "-"));
    };
    return fits(prefix_) || std::any_of(allowed_.begin(), allowed_.end(), fits);
  }

  Status TakeLine(ParsedLine& parsed, int64_t number) {
    Issue& issue = parsed.issue;
    if (issue.id.empty()) return Refuse(number, "", Invalid("id is required"));
    if (parsed.deletion_marker) return TakeDeletion(issue.id);
    if (!HasOurPrefix(issue.id)) {
      const std::string prefix = PrefixOf(issue.id);
      ++(issue.IsTombstone() ? result_.foreign_tombstones : result_.foreign)[prefix];
      if (!options_.ignore_prefix || issue.IsTombstone()) return Ok();
    }
    if (issue.created_at.IsZero()) issue.created_at = options_.now;
    if (issue.updated_at.IsZero()) issue.updated_at = options_.now;
    RepairClosedAt(issue);
    if (Status valid = ValidateIssue(issue, options_.vocabulary, WordCheck::kKnownStatus); !valid)
      return Refuse(number, issue.id, valid.error());
    if (!IsKnownType(issue.issue_type, options_.vocabulary)) ++unknown_types_[issue.issue_type];
    TRY(NoteReference(issue));
    std::optional<ChildId> child = SplitChildId(issue.id);
    if (child && !TRY(IssueExists(tx_, child->parent))) {
      // The parent may still come.
      if (options_.orphans != OrphanMode::kAllow) {
        orphans_.push_back(std::move(issue));
        return Ok();
      }
      parents_sought_.push_back(child->parent);
    }
    return Apply(issue);
  }

  Status Refuse(int64_t number, const std::string& id, const Error& error) {
    if (options_.keep_going) {
      PassOver(number, id.empty() ? error.message : Cat(id, ": ", error.message));
      return Ok();
    }
    return Whole(Cat("Import failed: validation failed: ", error.message), Advice(number));
  }

  Status TakeDeletion(const std::string& id) {
    std::optional<Issue> present = TRY(FindIssue(tx_, id));
    if (!present || present->IsTombstone()) return Ok();
    EditContext context{tx_, options_.actor, options_.now, options_.vocabulary, 0};
    TRY(ExecuteDelete(context, TRY(PlanDelete(context, {id}, false)), {"deleted by import", false}));
    ++result_.deleted;
    return Ok();
  }

  // An external reference belongs to one issue of a batch, and leads to the issue that has it already.
  Status NoteReference(Issue& issue) {
    if (issue.external_ref.empty() || issue.IsTombstone()) return Ok();
    std::vector<std::string>& owners = references_[issue.external_ref];
    if (std::find(owners.begin(), owners.end(), issue.id) != owners.end()) return Ok();
    owners.push_back(issue.id);
    if (owners.size() > 1) {
      issue.external_ref.clear();
      if (options_.clear_duplicate_refs) ++result_.skipped;
      return Ok();
    }
    if (take_in_.loads_empty_store()) return Ok();
    auto owner = TRY(QueryText(tx_.db(), "SELECT id FROM issues WHERE external_ref = ?", issue.external_ref));
    if (owner && *owner != issue.id && !TRY(IssueExists(tx_, issue.id))) {
      MARK("import.matched_by_reference");
      issue.id = *owner;
    }
    return Ok();
  }

  Status Apply(const Issue& issue) {
    const bool again = !seen_.insert(issue.id).second;
    if (again || !take_in_.loads_empty_store()) {
      std::optional<Issue> present = TRY(FindIssue(tx_, issue.id));
      if (present && options_.skip_existing) {
        ++result_.skipped;
        return Ok();
      }
      if (present && !again && ContentHash(*present) != ContentHash(issue))
        result_.collisions.push_back(issue.id);
    }
    for (const Dependency& edge : issue.dependencies)
      check_edges_ = check_edges_ || !edge.depends_on_id.empty();
    const TakenIn outcome = TRY(take_in_.Foreign(issue));
    if (again) {
      ++result_.skipped;
    } else if (outcome == TakenIn::kCreated) {
      ++result_.created;
    } else if (outcome == TakenIn::kUpdated) {
      ++result_.updated;
    } else {
      ++result_.unchanged;
    }
    return Ok();
  }

  // Children whose parent may have come after them.
  Status TakeOrphans() {
    for (Issue& orphan : orphans_) {
      const std::string parent = SplitChildId(orphan.id)->parent;
      if (!TRY(IssueExists(tx_, parent))) {
        if (options_.orphans == OrphanMode::kSkip) {
          ++result_.skipped;
          continue;
        }
        return Failed(Cat("parent issue ", parent, " does not exist",
                          options_.orphans == OrphanMode::kStrict
                              ? " (strict mode)"
                              : " and cannot be resurrected from local JSONL history"));
      }
      TRY(Apply(orphan));
    }
    return Ok();
  }

  Status CheckReferences() {
    if (options_.clear_duplicate_refs) return Ok();
    std::string lines;
    for (const auto& [reference, owners] : references_) {
      if (owners.size() > 1)
        lines += Cat("external_ref '", reference, "' appears in issues: [", Join(owners, " "), "]\n");
    }
    if (lines.empty()) return Ok();
    return Failed(Cat("batch import contains duplicate external_ref values:\n", lines,
                      "\nUse --clear-duplicate-external-refs to automatically clear duplicates"));
  }

  Status CheckPrefixes() {
    if (options_.ignore_prefix) return Ok();
    if (result_.foreign.empty()) {
      if (!result_.foreign_tombstones.empty()) {
        result_.remarks.push_back(Cat("Ignoring prefix mismatches (all are tombstones): ",
                                      PrefixList(result_.foreign_tombstones, "tombstones")));
      }
      return Ok();
    }
    std::map<std::string, int64_t> all = result_.foreign;
    for (const auto& [prefix, count] : result_.foreign_tombstones) all[prefix] += count;
    return Failed(Cat("prefix mismatch detected: database uses '", prefix_,
                      "-' but found issues with prefixes: ", PrefixList(all, "issues"),
                      " (use --rename-on-import to automatically fix)"));
  }

  Status CheckDangling() {
    if (!check_edges_) return Ok();
    dangling_ = TRY(QueryTexts(tx_.db(),
                               "SELECT issue_id || ' → ' || depends_on_id || ' (' || type || ')' "
                               "FROM bd_dangling ORDER BY 1"));
    if (dangling_.empty() || !options_.strict) return Ok();
    return Failed(Cat("dependency target not found: ", dangling_[0]));
  }

  // One line for what is unusual, so that it is seen without being in the way.
  void AddRemarks() {
    std::vector<std::string> odd;
    int64_t typed = 0;
    for (const auto& [type, count] : unknown_types_) typed += count;
    if (typed > 0) {
      std::string types;
      for (const auto& [type, count] : unknown_types_) types += Cat(types.empty() ? "" : ", ", type);
      odd.push_back(Cat(typed, " with types that are not configured (", types, ")"));
    }
    if (orphan_count_ > 0) odd.push_back(Cat(orphan_count_, " whose parent is missing"));
    if (!dangling_.empty())
      odd.push_back(Cat(dangling_.size(),
                        dangling_.size() == 1 ? " dependency on a missing issue: "
                                              : " dependencies on missing issues, such as ",
                        dangling_[0]));
    if (repaired_ > 0) odd.push_back(Cat(repaired_, " lines with bytes that are not UTF-8"));
    if (!odd.empty()) result_.remarks.push_back(Cat("note: imported as they are: ", Join(odd, "; ")));
  }

  Tx& tx_;
  const ImportOptions& options_;
  TakeIn take_in_;
  ImportResult result_;
  std::string prefix_;
  std::vector<std::string> allowed_;
  std::map<std::string, std::vector<std::string>> references_;
  std::map<std::string, int64_t> unknown_types_;
  std::vector<Issue> orphans_;
  std::vector<std::string> dangling_, parents_sought_;
  std::unordered_set<std::string> seen_;  // ids of this batch
  int64_t orphan_count_ = 0, repaired_ = 0;
  bool check_edges_ = false;
};

}  // namespace

Result<OrphanMode> ParseOrphanMode(std::string_view word) {
  if (word.empty() || word == "allow") return OrphanMode::kAllow;
  if (word == "skip") return OrphanMode::kSkip;
  if (word == "strict") return OrphanMode::kStrict;
  if (word == "resurrect") return OrphanMode::kResurrect;
  return Invalid(Cat("invalid --orphan-handling ", Quote(word), " (valid: strict, resurrect, skip, allow)"));
}

Result<ImportResult> ImportLines(Tx& tx, LineReader& reader, const ImportOptions& options) {
  return Importer(tx, options).Run(reader);
}

}  // namespace bd
