// bd activity: what was changed, by whomever: through a daemon, directly, by an import. It needs no daemon.
#include "bd/command.h"
#include "bd/mutation.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"follow", kBool, "Go on with what comes", 'f'},
    {"since", kString, "Changes of the last so long: 5m, 2h, 3d"},
    {"type", kString, "Only of this type: create, update, status, comment, delete"},
    {"mol", kString, "Only of issues whose id begins so"},
    {"limit", kInt, "At most so many, the last ones", 0, "100"},
    {"interval", kDuration, "With --follow: how often to look", 0, "500ms"},
};

constexpr int64_t kPage = 1000, kMsPerSecond = 1000, kNanosPerMs = 1'000'000;
constexpr int64_t kMsPerDay = 24 * 3600 * kMsPerSecond;

struct Entry {
  Time timestamp;
  std::string type, issue_id, symbol, message, old_status, new_status, actor;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("timestamp", self.timestamp);
    visit("type", self.type);
    visit("issue_id", self.issue_id);
    visit("symbol", self.symbol);
    visit("message", self.message);
    visit("old_status", self.old_status, kOmitEmpty);
    visit("new_status", self.new_status, kOmitEmpty);
    visit("actor", self.actor, kOmitEmpty);
  }
};

struct Body {
  std::vector<Entry> entries;
  int64_t last = 0;  // the stamp of the last change that was looked at
  bool follows = false, has_more = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("entries", self.entries);
    visit("last", self.last);
    visit("follows", self.follows);
    visit("has_more", self.has_more);
  }
  void PrintJson(JsonWriter& out) const { WriteJson(out, entries); }
  std::optional<std::string> JsonLines() const {
    if (!follows) return std::nullopt;
    std::string lines;
    for (const Entry& entry : entries) {
      JsonWriter out(lines);
      WriteJson(out, entry);
      lines += '\n';
    }
    return lines;
  }
};

struct Args {
  std::string type, prefix;
  int64_t since = 0;  // a stamp; 0: of old, or with `follow` from now on
  int64_t limit = 100, interval_ms = 500;
  bool follow = false, is_later_part = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("type", self.type);
    visit("prefix", self.prefix);
    visit("since", self.since);
    visit("limit", self.limit);
    visit("interval_ms", self.interval_ms);
    visit("follow", self.follow);
    visit("is_later_part", self.is_later_part);
  }
  std::optional<int64_t> Follow(const Body& body) {
    if (!follow) return std::nullopt;
    since = body.last;
    is_later_part = true;
    return body.has_more ? 0 : interval_ms;
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args{flags.Text("type"),
            flags.Text("mol"),
            0,
            flags.Int("limit"),
            flags.DurationMs("interval"),
            false,
            false};
  args.follow = flags.Bool("follow");
  if (args.interval_ms <= 0) return Invalid("interval must be positive");
  if (!flags.Has("since")) return args;
  const std::string text = flags.Text("since");
  std::optional<int64_t> age = ParseDuration(text);
  if (!age && text.ends_with('d')) {
    age = ParseInt(std::string_view(text).substr(0, text.size() - 1));
    if (age) age = *age * kMsPerDay;
  }
  if (!age || *age < 0) return Invalid(Cat("invalid --since ", Quote(text), " (5m, 2h, 3d)"));
  args.since = std::max<int64_t>(1, invocation.now.UnixNanos() / kNanosPerMs - *age);
  return args;
}

void Describe(const Mutation& mutation, Entry& entry) {
  std::string_view symbol = "→", what = "updated";
  if (mutation.type == "create") symbol = "+", what = "created";
  if (mutation.type == "delete") symbol = "⊘", what = "deleted";
  if (mutation.type == "comment") symbol = "💬", what = "comment added";
  if (mutation.type == "status") {
    what = mutation.new_status;
    if (mutation.new_status == "in_progress") what = "started";
    if (mutation.new_status == "closed") symbol = "✓", what = "completed";
    if (mutation.new_status == "open") symbol = "↺", what = "reopened";
  }
  entry.symbol = symbol;
  entry.message = Cat(mutation.issue_id, " ", what, mutation.title.empty() ? "" : Cat(" · ", mutation.title),
                      mutation.actor.empty() ? "" : Cat(" @", mutation.actor));
}

bool IsWanted(const Args& args, const Mutation& mutation) {
  return (args.type.empty() || args.type == mutation.type) && mutation.issue_id.starts_with(args.prefix);
}

// A page of the feed. Its entries have stamps that grow with every commit, so that nothing falls between two.
Status TakePage(Session& session, const Args& args, Body& body) {
  const std::vector<FeedEntry> page = TRY(ReadFeed(session.tx(), body.last, kPage));
  body.has_more = body.last > 0 && page.size() == static_cast<size_t>(kPage);
  for (const FeedEntry& one : page) {
    body.last = one.stamp;
    const Mutation mutation = ToMutation(one);
    if (!IsWanted(args, mutation)) continue;
    Entry entry{mutation.timestamp,  mutation.type,       mutation.issue_id, "", "",
                mutation.old_status, mutation.new_status, mutation.actor};
    Describe(mutation, entry);
    body.entries.push_back(std::move(entry));
  }
  return Ok();
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  body.follows = args.follow;
  body.last = args.since;
  do {
    TRY(TakePage(session, args, body));
  } while (body.has_more && !args.follow);
  const bool from_now_on = args.follow && args.since == 0 && !args.is_later_part;
  if (from_now_on) body.entries.clear();
  const size_t most = args.follow || args.limit <= 0 ? body.entries.size() : static_cast<size_t>(args.limit);
  if (body.entries.size() > most)
    body.entries.erase(body.entries.begin(), body.entries.end() - static_cast<int64_t>(most));
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.entries.empty() && !body.follows) return out.Line("No recent activity");
  for (const Entry& entry : body.entries) {
    Time local = entry.timestamp;
    local.offset_seconds = os::LocalOffset(local.seconds);
    constexpr size_t kDateLength = sizeof "2006-01-02";
    out.Line(Cat("[", FormatSeconds(local).substr(kDateLength), "] ", entry.symbol, " ", entry.message));
  }
}

}  // namespace

extern const Command kCommand_activity = {
    .name = "activity",
    .summary = "Show what was changed, as it happens with --follow",
    .group = "Views & Reports",
    .flags = kFlags,
    .arity = {0, 0},
    .needs = Needs::kRead,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
