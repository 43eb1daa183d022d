using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Whistle.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    [DbContext(typeof(WhistleDb))]
    [Migration("20261126000000_LogTimestamps")]
    internal sealed class LogTimestamps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(name: "Timestamp", table: "LogCheckpoints", type: "BLOB", nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "Timestamp", table: "LogCheckpoints");
        }
    }
}
