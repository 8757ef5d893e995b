using System.Diagnostics;
using System.Text;
using DeepLearning.Data;
using DeepLearning.Data.Csv;

namespace DeepLearning.Tests.Csv;

/// <summary>Thousands of damaged files: each is read, or answered with the one exception, in bounded time and memory.</summary>
public sealed class CsvFuzzTests : IDisposable
{
    private const int MaxLength = 4096;

    private static readonly string[] _seeds =
    [
        "a,b,c\n1,2,3\n4.5,x,NA\n",
        "\"a b\";\"c\"\r\n\"x\"\"y\";1,5\r\n;\r\n",
        "# note\na\tb\n1\t\"two\nlines\"\n\n3\t4\n",
        "1|2|3\n-1e300|NaN|?\n",
        "größe,ort\n1.5,Köln\n2,日本\n",
    ];

    private static readonly string[] _pieces =
        ["\"", "\"\"", ",", ";", "\n", "\r", "\r\n", "\0", "#", " ", "\t", "é", "\uFFFF", "1", "a", ",,,,", "\"\n\"", "NaN", "1e999"];

    private static readonly CsvOptions[] _options =
    [
        new(), new() { Delimiter = null }, new() { Delimiter = ';', DecimalComma = true, Trim = true },
        new() { Comment = '#', Delimiter = '\t' }, new() { Quote = null, HasHeader = false, Delimiter = '|' },
        new() { SkipLines = 2, MaxRows = 3 },
        new() { MaxRowLength = 64, MaxColumns = 4 }, new() { Columns = ["a"] },
    ];

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("deeplearning-csv-").FullName, "fuzz.csv");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, true);

    [Fact]
    [Trait("Category", "Slow")]
    public void Damaged_texts_give_a_table_or_the_one_exception()
    {
        Random random = new(20);
        Stopwatch watch = Stopwatch.StartNew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int read = 0, refused = 0;
        const int files = 6000;
        for (int i = 0; i < files; i++)
        {
            string text = Damaged(_seeds[random.Next(_seeds.Length)], random);
            try
            {
                Table table = CsvFile.Read(new StringReader(text), _options[random.Next(_options.Length)]);
                Assert.InRange(table.RowCount, 1, MaxLength);
                read++;
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("CSV text", error.Message, StringComparison.Ordinal);
                Assert.InRange(error.Message.Length, 20, 4000);
                refused++;
            }
        }

        Assert.True(read > files / 10 && refused > files / 10, $"{read} read, {refused} refused");
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"{watch.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, files * 2_000_000L);
    }

    [Fact]
    public void Damaged_files_give_a_table_or_the_one_exception()
    {
        Random random = new(21);
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Damaged(_seeds[random.Next(_seeds.Length)], random));
            for (int k = random.Next(3); k > 0 && bytes.Length > 0; k--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            byte[] gzip = [0x1f, 0x8b, 8, 0, .. bytes];
            File.WriteAllBytes(_path, random.Next(4) == 0 ? gzip : bytes);
            Exception? error = Record.Exception(() => CsvFile.ReadTables(_path, 2).Sum(static table => table.RowCount));
            Assert.True(error is null or InvalidDataException, $"{error}");
        }
    }

    private static string Damaged(string text, Random random)
    {
        StringBuilder result = new(text);
        for (int k = random.Next(6); k >= 0; k--)
        {
            int at = random.Next(result.Length + 1);
            switch (random.Next(5))
            {
                case 0:
                    result.Remove(at, Math.Min(random.Next(8), result.Length - at));
                    break;
                case 1:
                    result.Insert(at, _pieces[random.Next(_pieces.Length)]);
                    break;
                case 2 when result.Length < MaxLength / 2:
                    result.Append(result.ToString(0, result.Length));
                    break;
                case 3:
                    result.Insert(at, new string(_pieces[random.Next(_pieces.Length)][0], random.Next(200)));
                    break;
                default:
                    if (at < result.Length)
                    {
                        result[at] = (char)random.Next(256);
                    }

                    break;
            }
        }

        return result.ToString(0, Math.Min(result.Length, MaxLength));
    }
}
