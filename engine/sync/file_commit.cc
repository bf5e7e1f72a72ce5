#include "engine/sync/file_commit.h"

#include <utility>

#include "engine/base/text.h"

namespace bd {

namespace {

std::vector<std::string> WithFiles(std::vector<std::string> words, const std::vector<std::string>& files) {
  words.emplace_back("--");
  words.insert(words.end(), files.begin(), files.end());
  return words;
}

}  // namespace

FileCommit::FileCommit(const GitSyncOptions& options, std::vector<std::string> files, const Time& now)
    : options_(options), files_(std::move(files)) {
  if (files_.empty()) step_ = Step::kOver;
  if (options_.message.empty()) options_.message = Cat("bd sync: ", FormatSeconds(now));
}

std::optional<std::vector<std::string>> FileCommit::Next() const {
  switch (step_) {
    case Step::kLook: return WordsToLook(files_);
    case Step::kAdd: return WithFiles({"add"}, files_);
    case Step::kCommit: break;
    case Step::kOver: return std::nullopt;
  }
  std::vector<std::string> words{"commit", "-q", "--no-verify", "-m", options_.message};
  if (!options_.author.empty()) words.push_back("--author=" + options_.author);
  if (!options_.sign) words.emplace_back("--no-gpg-sign");
  return WithFiles(std::move(words), files_);
}

Status FileCommit::Take(const os::ProcessResult& result) {
  const Step done = step_;
  const auto words = Next();
  step_ = Step::kOver;
  const std::string output =
      TRY(OutputOf(*words, result, done == Step::kLook ? "checking for changes" : "committing"));
  if (done == Step::kLook && !Trim(output).empty()) step_ = Step::kAdd;
  if (done == Step::kAdd) step_ = Step::kCommit;
  has_committed_ = done == Step::kCommit;
  return Ok();
}

std::vector<std::string> WordsToLook(const std::vector<std::string>& files) {
  return WithFiles({"status", "--porcelain"}, files);
}

Result<std::string> OutputOf(const std::vector<std::string>& words, const os::ProcessResult& result,
                             std::string_view action) {
  if (result.exit_code == 0) return result.output;
  return Error{Code::kIo, Cat(action, ": git ", words[0], " failed: ", Trim(result.errors)), "", false};
}

}  // namespace bd
