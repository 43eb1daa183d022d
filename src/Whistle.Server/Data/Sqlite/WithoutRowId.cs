using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Whistle.Server.Data;

/// <summary>
/// Rows of a <c>WITHOUT ROWID</c> table lie in the order of their (random) keys: no hidden counter tells in which order,
/// or how far apart, two of them were written.
/// </summary>
internal static class WithoutRowId
{
    internal const string Annotation = "Whistle:WithoutRowId";

    public static EntityTypeBuilder<TEntity> IsWithoutRowId<TEntity>(this EntityTypeBuilder<TEntity> builder) where TEntity : class =>
        builder.HasAnnotation(Annotation, true);
}

internal sealed class WithoutRowIdSqlGenerator(
    MigrationsSqlGeneratorDependencies dependencies,
    IRelationalAnnotationProvider migrationsAnnotations)
    : Microsoft.EntityFrameworkCore.Migrations.SqliteMigrationsSqlGenerator(dependencies, migrationsAnnotations)
{
    protected override void Generate(
        CreateTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        base.Generate(operation, model, builder, terminate: false);
        var marked = model?.GetEntityTypes().Any(t =>
            string.Equals(t.GetTableName(), operation.Name, StringComparison.Ordinal) && t.FindAnnotation(WithoutRowId.Annotation) is not null);
        if (marked == true)
            builder.Append(" WITHOUT ROWID");
        if (!terminate)
            return;
        builder.AppendLine(Dependencies.SqlGenerationHelper.StatementTerminator);
        EndStatement(builder);
    }
}
