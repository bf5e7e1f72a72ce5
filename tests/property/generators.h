// Arbitrary values for the laws: text with everything that hurts, times of any year and offset, JSON of
// any shape, issues with any members.
#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/types/issue.h"

namespace bd {

// How rapidcheck shows a counterexample.
void showValue(const Issue& issue, std::ostream& out);
void showValue(const Time& time, std::ostream& out);
void showValue(const RawJson& json, std::ostream& out);

namespace arbitrary {

// The value of a Result; an error fails the law with its message.
template <typename T>
T Get(Result<T> result) {
  if (!result) RC_FAIL(result.error().message);
  return std::move(result).value();
}

bool Chance(int percent);  // inside of a generator or a law
rc::Gen<std::string> Text();
rc::Gen<std::string> Word();  // one to four of a few letters, so that words meet again
rc::Gen<Time> AnyTime();      // of the years 1 to 9999
// JSON text without blanks, and in the escaping of the file; nested at most so deep.
rc::Gen<std::string> Json(int depth);
// {"key":value,...} whose keys no record knows; at least one.
rc::Gen<RawJson> UnknownMembers();

// An issue that the file may hold: whatever its other members are, title, priority, status, estimate
// and closed_at are acceptable, and what hangs on it is its own, sorted and without repetition.
rc::Gen<Issue> AnyIssue(const std::string& id);
// The same issue with some members different, labels, edges and comments added and removed; it was
// touched at `updated_at`.
rc::Gen<Issue> Changed(const Issue& issue, const Time& updated_at);
std::string IdNumber(int number);

}  // namespace arbitrary
}  // namespace bd
