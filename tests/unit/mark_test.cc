// engine/base/mark.h: a rare path counts each time that it is taken.
#include "engine/base/mark.h"

#include <gtest/gtest.h>

#include "tests/support/marks.h"

namespace bd {
namespace {

void TakeRarePath(bool rare) {
  if (rare) MARK("test.rare");
}

TEST(Mark, APathCountsWhenItIsTakenAndOnlyThen) {
  MarkWatch watch("test.rare");
  TakeRarePath(false);
  EXPECT_EQ(watch.taken(), 0);
  TakeRarePath(true);
  TakeRarePath(true);
  EXPECT_EQ(watch.taken(), 2);
}

TEST(Mark, PlacesWithOneNameCountTogether) {
  MarkWatch watch("test.two_places");
  MARK("test.two_places");
  MARK("test.two_places");
  EXPECT_EQ(watch.taken(), 2);
}

TEST(Mark, APathThatWasNeverTakenIsListedAllTheSame) {
  bool listed = false;
  for (const Mark* mark = __start_bd_marks; mark != __stop_bd_marks; ++mark) {
    listed = listed || std::string_view(mark->name) == "store.checkpoint";
  }
  EXPECT_TRUE(listed);
}

}  // namespace
}  // namespace bd
