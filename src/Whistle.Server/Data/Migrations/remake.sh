#!/usr/bin/env bash
# Until the first release there is one migration, made anew whenever the model changes. Run it after a rebase, too.
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf Data/Migrations/Sqlite
dotnet tool restore >/dev/null
dotnet build -v q -nologo -p:TreatWarningsAsErrors=false >/dev/null
dotnet ef migrations add Initial --output-dir Data/Migrations/Sqlite --no-build >/dev/null
cd Data/Migrations/Sqlite
mv ./*_Initial.cs 20260101000000_Initial.cs
mv ./*_Initial.Designer.cs 20260101000000_Initial.Designer.cs
sed -i -E '1s/^\xEF\xBB\xBF//; s/public partial class/internal partial class/; s/"[0-9]{14}_Initial"/"20260101000000_Initial"/' ./*.cs
