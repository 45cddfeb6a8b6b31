#pragma once

#include <string>

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

enum class WriteMethod { post, put };

/// Puts the properties of a JSON object into `draft`: names and types are checked, properties that the method does not
/// accept are ignored (exact.md 3.2), null clears. Returns the text of the 400 answer, empty if all is well.
std::string read_body(const json::Value& object, WriteMethod method, Draft& draft);

/// Reads the lines of a document's POST into drafts. Empty if all is well; lines that are no array of objects give the
/// "request stream" error.
std::string read_lines(const json::Value& object, const TableDefinition& document, std::vector<Draft>& lines);

/// 400 text for a body that is no JSON object, or holds lines in the wrong shape.
std::string malformed_body();

}  // namespace connector::sandbox::exact
