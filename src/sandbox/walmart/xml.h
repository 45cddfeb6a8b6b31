#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace connector::sandbox::walmart {

/// The same content as XML elements: members become elements, list elements repeat their member's name. A stand-in for
/// Walmart's XML answers, enough for a client to notice that it did not ask for JSON.
std::string to_xml(const json::Value& value, std::string_view root);

}  // namespace connector::sandbox::walmart
