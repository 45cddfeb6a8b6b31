#pragma once

#include <cstdint>
#include <optional>

#include "domain/cause.h"
#include "domain/document.h"
#include "store/store.h"

namespace connector::store::sql {

/// Stable numbers of the enumerations inside the store file. They never change meaning, whatever the order of
/// the enumerators in the program. 0 stands for no cause.
std::int64_t code_of(PostingState state);
std::int64_t code_of(domain::PostingKind kind);
std::int64_t code_of(const std::optional<domain::Cause>& cause);
/// Inverse; nullopt for a number this program does not know.
std::optional<PostingState> posting_state_of(std::int64_t code);
std::optional<domain::PostingKind> posting_kind_of(std::int64_t code);
/// nullopt for 0; `store_failure` for a number this program does not know.
std::optional<domain::Cause> cause_of(std::int64_t code);

}  // namespace connector::store::sql
