// Sandboxes as text: what a row means, what is refused and where, and that what is shipped can be read.
#include "faultinject/profile.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace {

using fault::ParseProfile;
using fault::Profile;
using fault::TextError;

constexpr const char* kText = R"(# A comment.
about  for a test
system macos
marker env INSIDE=yes=no
marker status Seccomp=2
marker file /.inside
deny   EPERM op=connect
deny   EACCES op=bind path=WORKSPACE/*
signals EPERM outside
signals ESRCH children
pids own
children die
network none
home own
elsewhere EROFS
writable WORKSPACE TMP HOME/.cache
protect EPERM WORKSPACE/.git
moves EXDEV directories
)";
const fault::Places kPlaces{"/w", "/tmp", "/home/u"};

Profile Parse(std::string_view text) {
  const auto parsed = ParseProfile("test", text);
  if (auto* error = std::get_if<TextError>(&parsed)) ADD_FAILURE() << error->line << ": " << error->message;
  return std::holds_alternative<Profile>(parsed) ? std::get<Profile>(parsed) : Profile();
}

TEST(Profile, HasWhatTheRowsSay) {
  const Profile profile = Parse(kText);
  EXPECT_EQ(profile.name, "test");
  EXPECT_EQ(profile.about, "for a test");
  EXPECT_EQ(profile.system, Profile::System::kMacos);
  ASSERT_EQ(profile.markers.size(), 3U);
  EXPECT_EQ(profile.markers[0].name, "INSIDE");
  EXPECT_EQ(profile.markers[0].value, "yes=no");
  EXPECT_EQ(profile.markers[2].kind, fault::Marker::Kind::kFile);
  EXPECT_EQ(profile.signal_outside, EPERM);
  EXPECT_EQ(profile.signal_children, ESRCH);
  EXPECT_TRUE(profile.own_pids && profile.children_die && profile.no_network && profile.own_home);
  EXPECT_EQ(profile.apart, Profile::Apart::kDirectories);
  EXPECT_EQ(profile.apart_error, EXDEV);
}

TEST(Profile, SaysWhatWritingMeets) {
  const Profile profile = Parse(kText);
  EXPECT_EQ(WriteError(profile, "/w/.beads/beads.db", kPlaces), 0);
  EXPECT_EQ(WriteError(profile, "/w", kPlaces), 0);
  EXPECT_EQ(WriteError(profile, "/w2/x", kPlaces), EROFS) << "a name that only begins alike";
  EXPECT_EQ(WriteError(profile, "/home/u/.bashrc", kPlaces), EROFS);
  EXPECT_EQ(WriteError(profile, "/home/u/.cache/x", kPlaces), 0);
  EXPECT_EQ(WriteError(profile, "/w/.git/index.lock", kPlaces), EPERM) << "protected within a root";
  EXPECT_EQ(WriteError(profile, "/w/.gitignore", kPlaces), 0);
  EXPECT_EQ(WriteError(Parse("about x\nwritable TMP\n"), "/etc/passwd", kPlaces), 0) << "no `elsewhere`";
  EXPECT_EQ(WriteError(Parse("about x\nelsewhere EPERM\n"), "/w/x", kPlaces), EPERM) << "no root";
}

TEST(Profile, SaysWhatACallMeets) {
  const Profile profile = Parse(kText);
  EXPECT_EQ(CallError(profile, "connect", "/anywhere", kPlaces), EPERM);
  EXPECT_EQ(CallError(profile, "bind", "/w/.beads/bd.sock", kPlaces), EACCES);
  EXPECT_EQ(CallError(profile, "bind", "/tmp/bd.sock", kPlaces), 0);
  EXPECT_EQ(CallError(profile, "listen", "", kPlaces), 0);
}

struct Wrong {
  const char* text;
  int line, column;
  const char* says;
};

TEST(Profile, RefusesWhatItDoesNotUnderstand) {
  constexpr Wrong kWrong[] = {
      {"", 1, 1, "about"},
      {"about x\nabout\n", 2, 6, "expected a text"},
      {"about x\ndream on\n", 2, 1, "unknown row 'dream'"},
      {"about x\n\n# y\nsystem plan9\n", 4, 8, "found 'plan9'"},
      {"about x\nmarker env NAME\n", 2, 12, "NAME=VALUE"},
      {"about x\nmarker smell x\n", 2, 8, "env, status or file"},
      {"about x\nmarker file there\n", 2, 13, "begins with /"},
      {"about x\ndeny ENONSENSE op=connect\n", 2, 6, "unknown action or error"},
      {"about x\ndeny  kill op=connect\n", 2, 7, "denies always"},
      {"about x\ndeny EPERM op=connect nth=2\n", 2, 6, "denies always"},
      {"about x\ndeny EPERM op=connect agent=a\n", 2, 6, "denies always"},
      {"about x\ndeny EPERM op=dance\n", 2, 6, "unknown call 'op=dance'"},
      {"about x\ndeny EPERM\n", 2, 6, "unknown call 'op='"},
      {"about x\ndeny EPERM op=bind color=red\n", 2, 20, "unknown condition"},
      {"about x\ndeny EPERM op=bind path=here\n", 2, 6, "begins with /"},
      {"about x\nsignals EPERM\n", 2, 14, "outside or children"},
      {"about x\nsignals nobody outside\n", 2, 9, "name of an error"},
      {"about x\npids shared\n", 2, 6, "expected own"},
      {"about x\npids own not\n", 2, 10, "too much: 'not'"},
      {"about x\nelsewhere\n", 2, 10, "name of an error"},
      {"about x\nwritable\n", 2, 9, "a path"},
      {"about x\nwritable TMP WORKSHOP\n", 2, 14, "found 'WORKSHOP'"},
      {"about x\nprotect WORKSPACE/.git\n", 2, 9, "name of an error"},
      {"about x\nmoves EXDEV cities\n", 2, 13, "roots or directories"},
  };
  for (const Wrong& wrong : kWrong) {
    const auto parsed = ParseProfile("test", wrong.text);
    const auto* error = std::get_if<TextError>(&parsed);
    ASSERT_NE(error, nullptr) << wrong.text;
    EXPECT_EQ(error->line, wrong.line) << wrong.text;
    EXPECT_EQ(error->column, wrong.column) << wrong.text;
    EXPECT_NE(error->message.find(wrong.says), std::string::npos) << wrong.text << error->message;
  }
}

TEST(Profile, PrintedAndReadAgainIsTheSame) {
  EXPECT_EQ(Parse(Print(Parse(kText))), Parse(kText));
  for (const fault::ProfileText& text : fault::AllProfiles()) {
    Profile profile = Parse(text.text);
    EXPECT_EQ(Parse(Print(profile)), profile) << text.name;
  }
}

// In each of them a client finds no daemon or must not trust what it finds, but may write in its workspace.
TEST(Profile, EveryShippedOneLeavesTheWorkspaceWritable) {
  EXPECT_GE(fault::AllProfiles().size(), 9U);
  for (const fault::ProfileText& text : fault::AllProfiles()) {
    const Profile profile = Parse(text.text);
    EXPECT_EQ(WriteError(profile, "/w/.beads/beads.db", kPlaces), 0) << text.name;
    EXPECT_TRUE(!profile.denials.empty() || profile.own_pids || profile.signal_outside != 0) << text.name;
  }
}

}  // namespace
