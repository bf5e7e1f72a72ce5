#include "engine/sync/git.h"

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {

namespace {

constexpr int64_t kSmallFileMax = 1 << 20;

// The directory that a `.git` file names.
std::optional<std::string> LinkedGitDir(const std::string& work_tree, const std::string& file) {
  Result<std::string> text = os::ReadFile(file, kSmallFileMax);
  constexpr std::string_view kKey = "gitdir:";
  if (!text || !text->starts_with(kKey)) return std::nullopt;
  return os::CleanPath(os::JoinPath(work_tree, Trim(std::string_view(*text).substr(kKey.size()))));
}

std::string CommonDirOf(const std::string& git_dir) {
  Result<std::string> text = os::ReadFile(git_dir + "/commondir", kSmallFileMax);
  return text ? os::CleanPath(os::JoinPath(git_dir, Trim(*text))) : git_dir;
}

// What one configuration file says about the user.
struct FileIdentity {
  GitIdentity identity;
  bool includes_others = false;
};

std::string Unquote(std::string_view value) {
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '\\' && i + 1 < value.size()) {
      out += value[++i];
    } else if ((c == '#' || c == ';') && !quoted) {
      break;
    } else {
      out += c;
    }
  }
  return std::string(Trim(out));
}

FileIdentity ReadIdentity(const std::string& path) {
  FileIdentity found;
  Result<std::string> text = os::ReadFile(path, kSmallFileMax);
  if (!text) return found;
  std::string section;
  for (const std::string& raw : Split(*text, '\n')) {
    const std::string_view line = Trim(raw);
    if (line.starts_with('[')) {
      section = Lower(line.substr(1, line.find_first_of(" ]\t") - 1));
      if (section.starts_with("include")) found.includes_others = true;
      continue;
    }
    const size_t equals = line.find('=');
    if (section != "user" || equals == std::string_view::npos) continue;
    const std::string key = Lower(Trim(line.substr(0, equals)));
    if (key == "name") found.identity.name = Unquote(line.substr(equals + 1));
    if (key == "email") found.identity.email = Unquote(line.substr(equals + 1));
  }
  return found;
}

std::vector<std::string> ConfigurationFiles(const std::optional<GitRepository>& repository) {
  std::vector<std::string> files;
  if (!os::HasEnv("GIT_CONFIG_NOSYSTEM")) files.push_back("/etc/gitconfig");
  const std::string home = os::GetEnv("HOME");
  if (os::HasEnv("GIT_CONFIG_GLOBAL")) {
    files.push_back(os::GetEnv("GIT_CONFIG_GLOBAL"));
  } else {
    const std::string xdg = os::GetEnv("XDG_CONFIG_HOME");
    if (!xdg.empty()) {
      files.push_back(xdg + "/git/config");
    } else if (!home.empty()) {
      files.push_back(home + "/.config/git/config");
    }
    if (!home.empty()) files.push_back(home + "/.gitconfig");
  }
  if (repository) files.push_back(repository->common_dir + "/config");
  return files;
}

GitIdentity AskGit(const std::optional<GitRepository>& repository) {
  const std::string directory = repository ? repository->work_tree : ".";
  return {GitConfigValue(directory, "user.name"), GitConfigValue(directory, "user.email")};
}

}  // namespace

std::optional<GitRepository> FindGitRepository(const std::string& directory) {
  Result<std::string> start = os::AbsolutePath(directory);
  if (!start) return std::nullopt;
  for (std::string at = *start;; at = os::DirectoryOf(at)) {
    const std::string candidate = os::JoinPath(at, ".git");
    Result<os::FileInfo> info = os::Stat(candidate);
    if (info && info->kind == os::FileKind::kDirectory) return GitRepository{at, candidate, candidate};
    if (info && info->kind == os::FileKind::kRegular) {
      if (auto git_dir = LinkedGitDir(at, candidate))
        return GitRepository{at, *git_dir, CommonDirOf(*git_dir)};
    }
    if (at == "/") return std::nullopt;
  }
}

GitIdentity FindGitIdentity(const std::optional<GitRepository>& repository) {
  GitIdentity identity;
  if (os::HasEnv("GIT_CONFIG_COUNT") || os::HasEnv("GIT_CONFIG_PARAMETERS")) {
    identity = AskGit(repository);
  } else {
    for (const std::string& file : ConfigurationFiles(repository)) {
      FileIdentity found = ReadIdentity(file);
      if (found.includes_others) {
        MARK("git.identity_asked");
        identity = AskGit(repository);
        break;
      }
      if (!found.identity.name.empty()) identity.name = found.identity.name;
      if (!found.identity.email.empty()) identity.email = found.identity.email;
    }
  }
  if (std::string email = os::GetEnv("GIT_AUTHOR_EMAIL"); !email.empty()) identity.email = email;
  return identity;
}

namespace {

os::ProcessOptions GitProcess(const std::string& directory, const std::vector<std::string>& arguments,
                              int64_t timeout_ms) {
  os::ProcessOptions options;
  options.arguments = {"git"};
  options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
  options.directory = directory;
  options.timeout_ms = timeout_ms;
  options.environment = {{"GIT_TERMINAL_PROMPT", "0"}, {"GIT_OPTIONAL_LOCKS", "0"}};
  // A hook's variables point at the outer operation: git would write its index, not ours.
  for (const char* name : {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR"}) {
    options.environment.emplace_back(name, std::nullopt);
  }
  return options;
}

}  // namespace

Result<os::ProcessResult> RunGit(const std::string& directory, const std::vector<std::string>& arguments,
                                 int64_t timeout_ms) {
  return os::RunProcess(GitProcess(directory, arguments, timeout_ms));
}

Result<os::RunningProcess> StartGit(const std::string& directory, const std::vector<std::string>& arguments,
                                    int64_t timeout_ms) {
  return os::RunningProcess::Start(GitProcess(directory, arguments, timeout_ms));
}

Result<bool> SaveRevision(const GitRepository& git, const std::string& revision, const std::string& path,
                          const std::string& to) {
  const std::string root = git.work_tree + "/";
  if (!path.starts_with(root)) return false;
  os::ProcessOptions options =
      GitProcess(git.work_tree, {"show", Cat(revision, ":", path.substr(root.size()))}, 60'000);
  options.output_file = to;
  Result<os::ProcessResult> result = os::RunProcess(options);
  if (result && result->exit_code == 0) return true;
  (void)os::Unlink(to);
  if (!result) return std::move(result).error();
  return false;
}

std::string GitConfigValue(const std::string& directory, const std::string& key) {
  Result<os::ProcessResult> result = RunGit(directory, {"config", "--get", key}, 5'000);
  if (!result || result->exit_code != 0) return "";
  return std::string(Trim(result->output));
}

}  // namespace bd
