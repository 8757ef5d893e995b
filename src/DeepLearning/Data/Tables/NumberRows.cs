namespace DeepLearning.Data;

/// <summary>The columns of a tensor or a table as numbers, with their names where they have some.</summary>
internal sealed class NumberRows
{
    private NumberRows(double[][] columns, string[]? names) => (Columns, Names) = (columns, names);

    public double[][] Columns { get; }

    public string[]? Names { get; }

    /// <summary>The columns of [.., columns]; a tensor [rows] is one column.</summary>
    public static NumberRows From(Tensor x, string operation)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0)
        {
            throw new ShapeException($"{operation}: rows need a shape [rows, columns] or [rows], not {x.Shape}.");
        }

        int count = x.Rank == 1 ? 1 : x.Size(-1);
        double[] flat = x.Detach().To(DType.Float64).ToArray<double>();
        return new NumberRows([.. Enumerable.Range(0, count).Select(j => Table.Every(flat, j, count))], null);
    }

    public static NumberRows From(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new NumberRows([.. table.Names.Select(name => table.Numbers(name).Values.ToArray())], [.. table.Names]);
    }

    /// <summary>The numbers of a column that are not missing.</summary>
    /// <exception cref="TableException">There are none, or one of them is infinite.</exception>
    public double[] Known(int column, string operation)
    {
        double[] known = Array.FindAll(Columns[column], static x => !double.IsNaN(x));
        int infinite = Array.FindIndex(Columns[column], double.IsInfinity);
        if (infinite >= 0)
        {
            throw new TableException($"{operation}: {Label(column)} is infinite in row {infinite}; infinite numbers have no statistics.");
        }

        return known.Length > 0
            ? known
            : throw new TableException(
                $"{operation}: {Label(column)} has no number in {Columns[column].Length} rows; leave the column out.");
    }

    private string Label(int column) => Names is null ? $"column {column}" : $"column '{Names[column]}'";
}
