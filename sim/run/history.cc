#include "sim/run/history.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "sim/run/effects.h"

namespace sim {

// The id for "@N"; the word itself if it is none.
std::string History::IdFor(const std::string& word, const std::string& directory) const {
  size_t index = 0;
  if (word.size() < 2 || word[0] != '@') return word;
  const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), index);
  if (error != std::errc() || end != word.data() + word.size()) return word;
  std::vector<std::string> ids;
  std::copy_if(made_.begin(), made_.end(), std::back_inserter(ids),
               [&](const std::string& id) { return MayBeIn(directory, id); });
  return ids.empty() ? "t-none" : ids[(index + ids.size() - 1) % ids.size()];
}

// Whoever asks again asks the same thing, also when "@N" would be another one by now.
const Invocation* History::AskedBefore(const std::vector<std::string>& words,
                                       const std::string& directory) const {
  if (std::find(words.begin(), words.end(), "--request-id") == words.end()) return nullptr;
  auto same = [](const std::string& asked, const std::string& word) {
    return asked == word || word.starts_with('@');
  };
  for (const Invocation& before : invocations_) {
    const bool is_same =
        std::equal(before.words.begin(), before.words.end(), words.begin(), words.end(), same);
    if (is_same && before.directory == directory) return &before;
  }
  return nullptr;
}

std::vector<std::string> History::PutIn(const std::vector<std::string>& words,
                                        const std::string& directory) const {
  if (const Invocation* before = AskedBefore(words, directory)) return before->words;
  std::vector<std::string> result;
  for (const std::string& word : words) {
    std::string text = IdFor(word, directory);
    for (size_t at = text.find("\"@"); at != std::string::npos; at = text.find("\"@", at + 1)) {
      const size_t end = text.find('"', at + 1);
      if (end == std::string::npos) break;
      text.replace(at + 1, end - at - 1, IdFor(text.substr(at + 1, end - at - 1), directory));
    }
    result.push_back(std::move(text));
  }
  return result;
}

bool History::IsMade(const std::string& id) const {
  return std::find(made_.begin(), made_.end(), id) != made_.end();
}

bool History::MayBeIn(const std::string& directory, const std::string& id) const {
  const auto prefix = prefixes_.find(directory);
  return prefix == prefixes_.end() || id.starts_with(prefix->second + "-");
}

Invocation& History::Begin(Invocation invocation) {
  const std::vector<std::string>& words = invocation.words;
  if (words[0] == "!write" && words.size() == 3) written_[words[1]] = words[2];
  if (words[0] == "delete" && std::ranges::find(words, "--hard") != words.end())
    removed_for_good_.insert(words.begin() + 1, words.end());
  if (words[0] == "init" && words.size() > 2 && words[1] == "-p") {
    prefixes_.try_emplace(invocation.directory, words[2]);
  }
  const auto input = written_.find(InputFileOf(words));
  if (input != written_.end()) invocation.input = input->second;
  invocations_.push_back(std::move(invocation));
  invocations_.back().number = static_cast<int>(invocations_.size());
  return invocations_.back();
}

void History::End(Invocation& invocation) {
  WorkOut(invocation);
  const bool again = std::any_of(invocation.made.begin(), invocation.made.end(),
                                 [this](const std::string& id) { return IsMade(id); });
  auto has = [&invocation](const char* flag) {
    return std::ranges::find(invocation.words, flag) != invocation.words.end();
  };
  auto is_elsewhere = [&invocation](const Invocation& one) {
    return one.made == invocation.made && one.directory != invocation.directory;
  };
  const bool is_given = has("--id") && std::ranges::none_of(invocations_, is_elsewhere);
  // By chance a new issue may get the number of one that left no trace.
  auto is_drawn = [&](const std::string& id) {
    return removed_for_good_.contains(id) && std::ranges::none_of(invocations_, [&](const Invocation& one) {
             return one.directory != invocation.directory && std::ranges::count(one.made, id) != 0;
           });
  };
  // A request that is answered again has no effect again, if it was not the first answer that was lost; in
  // one place an id is only given again when the issue that had it is deleted; what is imported again may
  // have some effect. Else two clones gave one id to two issues, and one of them gets another.
  if (again && has("--request-id") && !is_given) return invocation.effects.clear();
  if (again && is_given && !has("--request-id")) return;
  if (again && (is_given || invocation.words[0] == "import")) {
    for (Effect& effect : invocation.effects) effect.acknowledged = false;
  } else if (again) {
    std::erase_if(invocation.effects, [&](const Effect& effect) {
      const std::string& id = effect.target.issue;
      return IsMade(id) && std::ranges::count(invocation.made, id) != 0 && !is_drawn(id);
    });
    for (const std::string& id : invocation.made) {
      if (IsMade(id) && is_drawn(id))
        invocation.effects.push_back({{id, std::string(kAnew)}, std::string(kPresent), true});
    }
  }
  for (const std::string& id : invocation.made) {
    if (!IsMade(id)) made_.push_back(id);
  }
}

}  // namespace sim
