namespace DeepLearning.Data;

/// <summary>
/// Rounds the table rowᵢ · columnⱼ / total to whole numbers, each up or down, so that the sums of rows and columns stay exactly what they
/// are. (Cox, "A constructive procedure for unbiased controlled rounding", 1987, without its random choice.)
/// </summary>
internal static class ControlledRounding
{
    /// <summary>Rounds the table of two divisions of the same total.</summary>
    /// <param name="rows">The sums of the rows.</param>
    /// <param name="columns">The sums of the columns: together as many.</param>
    public static int[,] Round(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        long total = 0;
        foreach (int row in rows)
        {
            total += row;
        }

        // In units of 1 / total, so that everything is exact. An entry that became whole stays as it is.
        long unit = Math.Max(total, 1);
        long[,] table = new long[rows.Length, columns.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                table[i, j] = (long)rows[i] * columns[j];
            }
        }

        Search search = new(table, unit);
        while (search.Cycle() is { } cycle)
        {
            Shift(table, unit, cycle);
        }

        int[,] result = new int[rows.Length, columns.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                result[i, j] = (int)(table[i, j] / unit);
            }
        }

        return result;
    }

    /// <summary>Adds to every other entry of a cycle and takes from those between, as far as it makes one whole.</summary>
    private static void Shift(long[,] table, long unit, List<(int Row, int Column)> cycle)
    {
        long amount = long.MaxValue;
        for (int k = 0; k < cycle.Count; k++)
        {
            long fraction = table[cycle[k].Row, cycle[k].Column] % unit;
            amount = Math.Min(amount, k % 2 == 0 ? unit - fraction : fraction);
        }

        for (int k = 0; k < cycle.Count; k++)
        {
            table[cycle[k].Row, cycle[k].Column] += k % 2 == 0 ? amount : -amount;
        }
    }

    /// <summary>Finds entries with a fraction that form a cycle, in a row and in a column by turns.</summary>
    private sealed class Search(long[,] table, long unit)
    {
        private readonly int[] _firstRow = new int[table.GetLength(1)];
        private int _row;

        /// <summary>The entries in order, or null when all are whole.</summary>
        public List<(int Row, int Column)>? Cycle()
        {
            int column = -1;
            for (; _row < table.GetLength(0); _row++)
            {
                column = InRow(_row, -1);
                if (column >= 0)
                {
                    break;
                }
            }

            if (column < 0)
            {
                return null;
            }

            // The sums are whole, so a row or a column with one fraction has another: the walk goes on until it meets itself. What came
            // before the meeting is not part of the cycle.
            List<(int Row, int Column)> path = [];
            Dictionary<int, int> rowLeft = new() { [_row] = 0 }, columnLeft = [];
            int row = _row;
            while (true)
            {
                path.Add((row, column));
                if (columnLeft.TryGetValue(column, out int start))
                {
                    return path[start..];
                }

                columnLeft[column] = path.Count;
                row = InColumn(column, row);
                path.Add((row, column));
                if (rowLeft.TryGetValue(row, out start))
                {
                    return path[start..];
                }

                rowLeft[row] = path.Count;
                column = InRow(row, column);
            }
        }

        private bool IsFraction(int row, int column) => table[row, column] % unit != 0;

        private int InRow(int row, int except)
        {
            for (int j = 0; j < _firstRow.Length; j++)
            {
                if (j != except && IsFraction(row, j))
                {
                    return j;
                }
            }

            return -1;
        }

        private int InColumn(int column, int except)
        {
            ref int first = ref _firstRow[column];
            while (!IsFraction(first, column))
            {
                first++;
            }

            int row = first == except ? first + 1 : first;
            while (!IsFraction(row, column))
            {
                row++;
            }

            return row;
        }
    }
}
