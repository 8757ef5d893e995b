using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Data;

public sealed partial class Table
{
    /// <summary>
    /// A table of objects: a column for each public property and field, a row for each object. Numbers and truth values become numbers,
    /// enumerations, dates (as 2024-12-31T23:59:59) and other simple values become texts; null is a missing cell.
    /// </summary>
    /// <example>
    /// <code>
    /// record House(double Rooms, string? Place, DateOnly Built);
    /// Table table = Table.FromRows([new House(3, "sea", new(1987, 5, 1)), new House(2, null, new(2003, 1, 31))]);
    /// </code>
    /// </example>
    /// <typeparam name="T">The type of the objects: a class, record, structure or anonymous type. Its columns are those of this type,
    /// whatever types derive from it.</typeparam>
    /// <param name="rows">The objects.</param>
    /// <exception cref="TableException">
    /// The type has nothing that can be a column, a property is of a type that cannot be one, or a row is null.
    /// </exception>
    public static Table FromRows<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicFields)] T>(
        IEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        RowColumn[] columns = RowColumn.Of(typeof(T));
        object[] all = [.. rows.Select(static (row, i) => (object?)row ?? throw new TableException($"FromRows: row {i} is null."))];
        return new Table(columns.Select(column => column.ToColumn(all)));
    }
}
