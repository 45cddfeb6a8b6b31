#pragma once

#include "store/postgres/migrations.h"

namespace connector::store::postgres {

Migration initial_schema();

}  // namespace connector::store::postgres
