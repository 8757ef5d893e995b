using System.IO.Compression;
using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Data.Csv;

/// <summary>
/// Reads tables from CSV files and writes them: RFC 4180 with the usual deviations (<see cref="CsvOptions"/>). Numbers are written as 1.5,
/// whatever the culture; a compressed file (gzip) is recognized by its content.
/// </summary>
public static class CsvFile
{
    private const int BufferSize = 1 << 16;
    private const int RowsBetweenLooks = 1 << 10;

    /// <summary>Reads a file into a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is to be understood; the defaults when null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InvalidDataException">
    /// The file has no rows, lacks a column, has two of the same name, rows of different lengths, an unclosed quote or a cell that is no
    /// number in a column of numbers, or is not text. The message names file, line, column and cell.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static Table Read(string path, CsvOptions? options = null, CancellationToken cancellation = default)
    {
        using CsvRecords records = Open(path, options ??= new CsvOptions());
        return ReadAll(records, options, cancellation);
    }

    /// <summary>Reads a text into a table.</summary>
    /// <param name="reader">The text; it stays open.</param>
    /// <param name="options">How it is to be understood; the defaults when null.</param>
    /// <param name="name">What messages call the text.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InvalidDataException">As for a file.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static Table Read(
        TextReader reader, CsvOptions? options = null, string name = "CSV text", CancellationToken cancellation = default)
    {
        using CsvRecords records = Open(reader, options ??= new CsvOptions(), name);
        return ReadAll(records, options, cancellation);
    }

    /// <summary>Reads a file row by row, in little memory however long it is.</summary>
    /// <param name="path">The file; it is open while the rows are gone through.</param>
    /// <param name="options">How it is to be understood; the defaults when null.</param>
    /// <exception cref="InvalidDataException">As for a table, when the row that is wrong is reached.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static IEnumerable<CsvRow> ReadRows(string path, CsvOptions? options = null)
    {
        CsvOptions known = options ?? new CsvOptions();
        known.Check();
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Rows(() => Open(path, known), known);
    }

    /// <summary>Reads a text row by row, in little memory however long it is.</summary>
    /// <param name="reader">The text; it stays open, and can be gone through once.</param>
    /// <param name="options">How it is to be understood; the defaults when null.</param>
    /// <param name="name">What messages call the text.</param>
    /// <exception cref="InvalidDataException">As for a table, when the row that is wrong is reached.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static IEnumerable<CsvRow> ReadRows(TextReader reader, CsvOptions? options = null, string name = "CSV text")
    {
        CsvOptions known = options ?? new CsvOptions();
        known.Check();
        ArgumentNullException.ThrowIfNull(reader);
        return Rows(() => Open(reader, known, name), known);
    }

    /// <summary>
    /// Reads a file as tables of some rows each, one after the other, in the memory of one. What the columns hold is told by the first
    /// table, unless <see cref="CsvOptions.Kinds"/> says it.
    /// </summary>
    /// <param name="path">The file; it is open while the tables are gone through.</param>
    /// <param name="rowsPerTable">The rows of a table; the last may have fewer.</param>
    /// <param name="options">How it is to be understood; the defaults when null.</param>
    /// <exception cref="InvalidDataException">As for one table, when the row that is wrong is reached.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="ArgumentException">The options contradict each other, or a table has no rows.</exception>
    public static IEnumerable<Table> ReadTables(string path, int rowsPerTable, CsvOptions? options = null)
    {
        CsvOptions known = options ?? new CsvOptions();
        known.Check();
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerTable, 1);
        return Tables(path, rowsPerTable, known);
    }

    /// <summary>Writes a table; an existing file is replaced only when all is written.</summary>
    /// <param name="path">The file; one that ends with <c>.gz</c> is compressed.</param>
    /// <param name="table">The table.</param>
    /// <param name="options">
    /// Delimiter (comma when null), quote, decimal comma, header, and the first marker for missing cells; the defaults when null. Texts
    /// that would be taken for a number or a missing cell are quoted, and read again as the texts that they are.
    /// </param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">
    /// The options contradict each other, or a cell needs quotes and there are none; the old file stays as it is.
    /// </exception>
    public static void Write(string path, Table table, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(table);
        AtomicFile.Write(path, stream =>
        {
            bool isCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            using Stream? gzip = isCompressed ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true) : null;
            using StreamWriter writer = new(gzip ?? stream, options?.Encoding ?? new UTF8Encoding(false), BufferSize, leaveOpen: true);
            Write(writer, table, options);
        });
    }

    /// <summary>Writes a table as text, with line feeds.</summary>
    /// <param name="writer">Where to; it stays open.</param>
    /// <param name="table">The table.</param>
    /// <param name="options">As for a file.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or a cell needs quotes and there are none.</exception>
    public static void Write(TextWriter writer, Table table, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(table);
        options ??= new CsvOptions();
        options.Check();
        new TableWriter(writer, options).Write(table);
    }

    private static CsvRecords Open(TextReader reader, CsvOptions options, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        options.Check();
        return new CsvRecords(reader, name, options, leaveOpen: true);
    }

    private static CsvRecords Open(string path, CsvOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options.Check();
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder, not a file.");
        }

        Stream stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
        try
        {
            bool isCompressed = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
            stream.Position = 0;
            stream = isCompressed ? new GZipStream(stream, CompressionMode.Decompress) : stream;

            // With a byte order mark of its own, or the reader takes the mark of a file as leave to replace what is not UTF-8.
            Encoding encoding = options.Encoding ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
            return new CsvRecords(new StreamReader(stream, encoding, true, BufferSize), path, options, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static Table ReadAll(CsvRecords records, CsvOptions options, CancellationToken cancellation)
    {
        ColumnBuilder[] columns = Builders(records, options);
        return Fill(records, columns, int.MaxValue, cancellation)
            ?? throw records.Error("there are no rows after the header.");
    }

    private static IEnumerable<CsvRow> Rows(Func<CsvRecords> open, CsvOptions options)
    {
        using CsvRecords records = open();
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> missing =
            new HashSet<string>(options.Missing, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        while (records.Read())
        {
            string?[] cells = new string?[records.Names.Length];
            for (int i = 0; i < cells.Length; i++)
            {
                string cell = records[i];
                cells[i] = missing.Contains(cell.AsSpan().Trim()) && !records.IsText(i) ? null : cell;
            }

            yield return new CsvRow(records.FileName, records.Line, records.Names, cells, options.NumberFormat);
        }
    }

    private static IEnumerable<Table> Tables(string path, int rowsPerTable, CsvOptions options)
    {
        using CsvRecords records = Open(path, options);
        ColumnBuilder[] columns = Builders(records, options);
        Table? table = Fill(records, columns, rowsPerTable, CancellationToken.None)
            ?? throw records.Error("there are no rows after the header.");
        while (table is not null)
        {
            yield return table;
            table = Fill(records, columns, rowsPerTable, CancellationToken.None);
        }
    }

    private static ColumnBuilder[] Builders(CsvRecords records, CsvOptions options) =>
        Array.ConvertAll(records.Names, name => new ColumnBuilder(name, options));

    /// <summary>The next rows as a table; null at the end.</summary>
    private static Table? Fill(CsvRecords records, ColumnBuilder[] columns, int most, CancellationToken cancellation)
    {
        int rows = 0;
        while (rows < most && records.Read())
        {
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i].Add(records, i);
            }

            if (++rows % RowsBetweenLooks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }

        return rows == 0 ? null : new Table(columns.Select(static column => column.Finish()));
    }
}
