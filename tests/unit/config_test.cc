// engine/session/config.h: settings from files and the environment, and one line of a file set anew.
#include "engine/session/config.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/support/workspace.h"

namespace bd {
namespace {

using Values = std::map<std::string, std::string>;

TEST(Yaml, NestedKeysAreJoinedByDotsAndItemsByCommas) {
  EXPECT_EQ(
      Must(ReadYaml("a: 1\nsync:\n  mode: \"x y\"\n  deep: {b: true}\nlist: [p, q]\nother:\n  - r\n  - s\n")),
      (Values{{"a", "1"}, {"sync.mode", "x y"}, {"sync.deep.b", "true"}, {"list", "p,q"}, {"other", "r,s"}}));
  EXPECT_TRUE(Must(ReadYaml("")).empty());
  EXPECT_TRUE(Must(ReadYaml("# only a comment\n")).empty());
}

TEST(Yaml, WhatIsBrokenIsReportedByItsLine) {
  const auto broken = ReadYaml("a: 1\nb: [1\nc: }\n");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().message.starts_with("line ")) << broken.error().message;
  EXPECT_FALSE(ReadYaml(std::string(10'000, '[')));
}

TEST(SetYaml, ALineIsReplacedWhereItStands) {
  EXPECT_EQ(SetYamlLine("a: 1\njson: false\nb: 2\n", "json", "true"), "a: 1\njson: true\nb: 2\n");
  EXPECT_EQ(SetYamlLine("# json: false\nb: 2", "json", "true"), "json: true\nb: 2");
  EXPECT_EQ(SetYamlLine("a: 1", "json", "true"), "a: 1\njson: true");
  EXPECT_EQ(SetYamlLine("", "json", "true"), "json: true");
  EXPECT_EQ(SetYamlLine("json-x: 1\n", "json", "true"), "json-x: 1\njson: true");
}

TEST(SetYaml, ALineThatCountsGoesBeforeOneThatIsCommented) {
  const std::string text = SetYamlLine("# actor: nobody\nactor: ann\n", "actor", "bob");
  EXPECT_EQ(text, "# actor: nobody\nactor: \"bob\"\n");
  EXPECT_EQ(Must(ReadYaml(text)).at("actor"), "bob");
}

TEST(SetYaml, WhateverIsWrittenIsReadAgain) {
  for (const char* value :
       {"true", "17", "30s", "text", "with \"quotes\" and \\", "a: b # c", "", "é", "'"}) {
    EXPECT_EQ(Must(ReadYaml(SetYamlLine("x: 1\n", "sync.mode", value))).at("sync.mode"), value) << value;
  }
}

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    setenv("XDG_CONFIG_HOME", directory_.Path("home/config").c_str(), 1);
    Must(os::MakeDirectories(directory_.Path("project/.beads"), 0755));
    Must(os::MakeDirectories(directory_.Path("project/inner"), 0755));
    Must(os::MakeDirectories(directory_.Path("home/config/bd"), 0755));
  }
  ~ConfigTest() override {
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("BD_SYNC_MODE");
  }
  void Write(const std::string& name, std::string_view text) {
    Must(os::ReplaceFile(directory_.Path(name), text, 0644));
  }
  Config Load() { return Config::Load("", directory_.Path("project/inner")); }
  TemporaryDirectory directory_;
};

using Configs = ConfigTest;

TEST_F(Configs, TheEnvironmentComesFirstThenLocalThenTheFileThenTheDefault) {
  EXPECT_EQ(Load().Get("sync.mode"), "git-portable");
  EXPECT_FALSE(Load().IsSet("sync.mode"));
  Write("project/.beads/config.yaml", "sync:\n  mode: file\nother: kept\n");
  EXPECT_EQ(Load().Get("sync.mode"), "file");
  Write("project/.beads/config.local.yaml", "sync.mode: local\n");
  EXPECT_EQ(Load().Get("sync.mode"), "local");
  EXPECT_EQ(Load().Get("other"), "kept");
  setenv("BD_SYNC_MODE", "variable", 1);
  EXPECT_EQ(Load().Get("sync.mode"), "variable");
  EXPECT_TRUE(Load().IsSet("sync.mode"));
}

TEST_F(Configs, TheUsersOwnFileIsTheLastPlaceToLook) {
  Write("home/config/bd/config.yaml", "actor: user\n");
  EXPECT_EQ(Load().Get("actor"), "user");
  Write("project/.beads/config.yaml", "json: true\n");
  EXPECT_EQ(Load().Get("actor"), "");
  EXPECT_TRUE(Load().Flag("json"));
}

TEST_F(Configs, ABrokenFileIsReportedAndLeftOut) {
  Write("project/.beads/config.yaml", "a: [\n");
  const Config config = Load();
  EXPECT_NE(config.problem().find("config.yaml: line "), std::string::npos) << config.problem();
  EXPECT_EQ(config.Get("sync.mode"), "git-portable");
}

TEST(FileSettings, AreToldFromThoseOfTheDatabase) {
  for (const char* key : {"json", "no-push", "sync.mode", "routing.default"})
    EXPECT_TRUE(IsFileSetting(key)) << key;
  for (const char* key : {"issue_prefix", "status.custom", "jsonx", "sync"})
    EXPECT_FALSE(IsFileSetting(key)) << key;
}

}  // namespace
}  // namespace bd
