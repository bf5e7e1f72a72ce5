// The settings of a workspace as they are in the end: of its store, and of its config.yaml.
#pragma once

#include <string_view>

#include "sim/run/shown.h"
#include "sim/store/store_view.h"
#include "sim/world/world.h"

namespace sim {

void ShowSettings(const World& world, StoreViews& stores, std::string_view directory, Shown& shown);

}  // namespace sim
