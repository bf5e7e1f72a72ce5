// Scenarios as they are run: several seeds as one run, in every sandbox, or with a fault at each place in
// turn.
//
//   sandbox=EACH    the plan is run once for every profile
//   NAME=EACH       of a fault: the plan is run with 1, 2, 3 ... there, up to the N of a line `each N`, or
//                   until a fault with that number strikes nowhere
#pragma once

#include <string>

#include "sim/run/plan.h"
#include "sim/tool/forked.h"

namespace sim {

// Ends the program with 2 if it is none.
Plan ParseOrEnd(const std::string& name, const std::string& text);
// One line for each violation, or `ok`. 1 if something was broken.
int Report(const std::string& name, const RunResult& result);
// As it is, with a word about faults that struck nowhere.
RunResult RunWhole(Runner& runner, const Plan& plan);
// Of the runs that it repeats the first that breaks something, as a plan of its own; the first, if none does.
Plan FirstThatBreaks(Runner& runner, Plan plan);
// As the text says; `profile`: with all who run bd in that sandbox, or in this one only of each. 1 if
// something was broken.
int RunNamed(Runner& runner, const std::string& name, const std::string& text, const std::string& profile);
// The text with one of each: this profile, this number.
std::string OneOfEach(std::string text, const std::string& profile, int64_t number = 1);

}  // namespace sim
