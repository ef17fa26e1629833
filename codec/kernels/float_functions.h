// The functions that float loops call, included for the instruction set of the whole program.
#pragma once

#include <cmath>
