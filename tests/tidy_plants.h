// Texts that break one rule each, and texts that look as if they did: tidy_test must find the former and
// leave the latter alone, before it looks at the tree.
#pragma once

#include <string>
#include <string_view>

namespace tidy {

struct Plant {
  std::string_view path, text;
  std::string_view expected;  // part of the one failure or note; empty: there is none
  int repeat = 1;             // the line that begins with "@" stands so many times
};

inline constexpr std::string_view kPlantLayers =
    "engine/base :\n"
    "engine/os : engine/base\n"
    "engine/query : engine/base\n"
    "bd : engine/base\n"
    "bd/commands : bd engine/base\n"
    "sim/kernel :\n"
    "tests : bd engine/base\n"
    "library sqlite3.h : engine/os\n"
    "only Transport : bd/client.cc\n"
    "allow abort engine/base/assert.cc : a failed assertion\n";
inline constexpr const char* kPlantFiles[] = {
    "engine/base/text.h", "engine/query/list.h", "engine/query/with.h",     "bd/help.h",
    "tests/tools.h",      "docs/STYLE.md",       "docs/decisions/0001-x.md"};

inline constexpr Plant kPlants[] = {
    // Includes.
    {"engine/base/a.cc", "// A.\n#include \"engine/query/list.h\"\n", "'engine/base' may not use it"},
    {"engine/query/a.cc", "// A.\n#include \"bd/help.h\"\n", "a.cc:2: includes \"bd/help.h\""},
    {"bd/commands/a.cc", "// A.\n#include \"bd/help.h\"\n", ""},
    {"bd/a.cc", "// A.\n#include \"tests/tools.h\"\n", "may not use it"},
    {"tests/unit/a_test.cc", "// What a.h promises.\n#include \"engine/base/text.h\"\n#include <thread>\n",
     ""},
    {"engine/query/a.cc", "// A.\n#include \"list.h\"\n", "paths begin at the root"},
    {"engine/query/a.cc", "// A.\n#include <unistd.h>\n", "system calls stand in engine/os"},
    {"engine/query/a.cc", "// A.\n#include <sys/stat.h>\n", "system calls stand in engine/os"},
    {"engine/query/a.cc", "// A.\n#include <sqlite3.h>\n", "belongs to another folder"},
    {"engine/os/a.cc", "// A.\n#include <fcntl.h>\n#include <sqlite3.h>\n", ""},
    {"engine/os/a.cc", "// A.\n#include <thread>\n", "no threads"},
    {"engine/base/a.cc", "// A.\n#include <filesystem>\n", "includes <filesystem>"},
    {"engine/CMakeLists.txt", "bd_part(query USES base os LIBRARIES lib_x)\n", "part 'query' differs"},
    {"engine/CMakeLists.txt", "bd_part(query USES base LIBRARIES lib_x)\n", ""},
    // Words.
    {"bd/a.cc", "// A.\nint F() { throw 1; }\n", "'throw'"},
    {"bd/a.cc", "// We throw nothing.\nconst char* F() { return \"throw\"; }\n", ""},
    {"bd/a.cc", "// A.\nconst char* F() { return R\"(throw \" time(0))\"; }\n", ""},
    {"bd/a.cc", "// A.\nint F() { try { return 1; } G(); }\n", "'try'"},
    {"bd/a.cc", "// A.\nlong F() { return time(nullptr); }\n", "'time'"},
    {"bd/a.cc", "// A.\nlong F() { return std::time(nullptr); }\n", "'time'"},
    {"bd/a.cc", "// A.\nvoid F() { Time time(1); x.time(2); }\n", ""},
    {"bd/a.cc", "// A.\nbool F() { return getenv(\"HOME\") != nullptr; }\n", "'getenv'"},
    {"engine/os/a.cc", "// A.\nbool F() { return getenv(\"HOME\") != nullptr; }\n", ""},
    {"bd/a.cc", "// A.\nvoid F() { std::ofstream out(\"x\"); }\n", "'ofstream'"},
    {"bd/a.cc", "// A.\nvoid F() { fopen(\"x\", \"r\"); }\n", "'fopen'"},
    {"bd/a.cc", "// A.\nvoid F(std::shared_ptr<int> p);\n", "'shared_ptr'"},
    {"sim/kernel/a.cc", "// A.\n#include <fcntl.h>\nvoid F(std::shared_ptr<int> p);\n", ""},
    {"sim/kernel/a.cc", "// A.\nvoid F() { fopen(\"x\", \"r\"); }\n", ""},
    {"sim/kernel/a.cc", "// A.\nvoid F() { popen(\"x\", \"r\"); }\n", "'popen'"},
    {"bd/a.cc", "// A.\nvoid F() { os::SleepMs(5); }\n", "'SleepMs'"},
    {"engine/os/a.cc", "// A.\nvoid F() { std::this_thread::sleep_until(std::chrono::now()); }\n",
     "'chrono'"},
    {"engine/base/assert.cc", "// A.\nvoid F() { std::abort(); }\n", ""},
    {"engine/base/a.cc", "// A.\nvoid F() { std::abort(); }\n", "'abort'"},
    {"bd/a.cc", "// A.\nclass Transport;\n", "it has one place"},
    {"bd/client.cc", "// A.\nclass Transport;\n", ""},
    {"bd/a.cc", "// A.\nusing namespace std;\n", "'using namespace'"},
    // What lasts.
    {"bd/a.cc", "// A.\nint F() {\n  static int calls = 0;\n  return ++calls;\n}\n", "a.cc:3: 'calls' lasts"},
    {"bd/a.cc", "// A.\nint F() {\n  static const int kCalls = 0;\n  return kCalls;\n}\n", ""},
    {"bd/a.cc", "// A.\nnamespace bd {\nint counter = 0;\n}\n", "'counter' lasts"},
    {"bd/a.cc", "// A.\nnamespace bd {\nstd::vector<int> cache;\n}\n", "'cache' lasts"},
    {"bd/a.cc", "// A.\nnamespace bd {\ninline int counter{0};\n}\n", "'counter' lasts"},
    {"bd/a.cc", "// A.\nclass A {\n public:\n  static int calls;\n};\n", "'calls' lasts"},
    {"bd/a.cc",
     "// A.\nclass A {\n public:\n  static A Make(int x = 1);\n"
     "  static constexpr int kX = 1;\n  int y_ = 0;\n};\n"
     "extern const A kA;\nusing B = A;\nconstexpr int kRows[] = {1, 2};\nint F(int x = 1);\n"
     "A::A(int y) : y_{y} { F(); }\nconstexpr auto kG = [] { return 1; }();\n",
     ""},
    {"bd/a.cc", "// A.\n#define COUNT(n) \\\n  static int n = 0\nint F();\n", ""},
    // Length.
    {"bd/a.cc", "// A.\nvoid Long(int a,\n          int b) {\n@  F();\n}\n", "'Long' has 71 lines", 68},
    {"bd/a.cc", "// A.\nvoid Long(int a,\n          int b) {\n@  F();\n}\n", "", 67},
    {"bd/a.cc", "// A.\nA::Long(int a) : b_{a}, c_(a) {\n@  if (x) { F(); }\n}\n", "'Long' has 71 lines", 69},
    {"bd/a.cc", "// A.\nconst char* kText[] = {\n@    \"line\",\n};\n", "", 100},
    {"bd/a.cc", "// A.\n@// A line.\n", "the file has 401 lines", 400},
    {"bd/a.cc", "// A.\n@// A line.\n", "more than 800 lines", 800},
    {"bd/a.cc",
     "// A.\nconst char* kX =\n    \"1234567890123456789012345678901234567890123456789012345678901234567890"
     "1234567890123456789012345678901234567890\";\n",
     "columns"},
    {"bd/a.cc",
     "// A.\n// ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää\n",
     ""},
    // Text and heads.
    {"bd/a.cc", "// A.\nint F();\t// f\n", "tab"},
    {"bd/a.cc", "// A.\r\n", "carriage return"},
    {"bd/a.cc",
     "// A.\n// XX"
     "X: later\n",
     "file an issue instead"},
    {"bd/a.cc", "// A.\n// The name ends in XXXXXX, which mkdtemp fills.\n", ""},
    {"bd/a.cc", "// A.", "no line feed at the end"},
    {"docs/a.md", "A line. \n", "blank at the end"},
    {"bd/a.cc", "#include \"bd/help.h\"\n", "no comment at the head"},
    {"bd/help.cc", "#include \"bd/help.h\"\n", ""},
    {"bd/b.h", "// B.\nint F();\n", "no #pragma once"},
    {"bd/b.h", "// B.\n#pragma once\nint F();\n", ""},
    {"tools/a.py", "#!/usr/bin/env python3\nprint(1)\n", "no comment at the head"},
    {"tools/a.py", "#!/usr/bin/env python3\n\"\"\"Prints a number.\"\"\"\n", ""},
    {"tests/unit/a_test.cc", "// Tests.\n", "the head says too little"},
    {"tests/process/a_test.py", "\"\"\"Two writers, one file: nothing is lost.\"\"\"\n", ""},
    // References.
    {"bd/a.cc", "// See docs/decisions/0001 and docs/STYLE.md.\n", ""},
    {"bd/a.cc", "// See docs/decisions/0009.\n", "'docs/decisions/0009' does not exist"},
    {"docs/a.md", "[style](STYLE.md#names), [web](https://example.com/), [below](#below)\n", ""},
    {"docs/a.md", "[style](STYLES.md)\n", "'STYLES.md' does not exist"},
};

// The text with its line that begins with "@" repeated.
inline std::string TextOf(const Plant& plant) {
  const std::string text(plant.text);
  const size_t at = text.find('@');
  if (at == std::string::npos) return text;
  const size_t end = text.find('\n', at) + 1;
  std::string out = text.substr(0, at);
  for (int i = 0; i < plant.repeat; ++i) out += text.substr(at + 1, end - at - 1);
  return out + text.substr(end);
}

}  // namespace tidy
