using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.PreTokenizers;
using Microsoft.ML.Tokenizers;
using FastBert = FastBertTokenizer.BertTokenizer;
using Tokenizer = DeepLearning.Tokenizers.Tokenizer;

// Texts to ids against other tokenizers of .NET: the same vocabularies and texts, the ids compared first, then both in turn on one thread,
// ROUNDS times; MB/s are millions of bytes of UTF-8 a second, the median round.
//   --text FILE [--bert vocab.txt] [--rounds 9] [--milliseconds 300]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int rounds = (int)Number("--rounds", 9);
double seconds = Number("--milliseconds", 300) / 1000;
string file = Option("--text") ?? throw new ArgumentException("--text FILE names the text.");

// Paragraphs, so that a tokenizer with a bound of 512 tokens takes whole texts as the others do.
string[] texts = [.. File.ReadAllText(file).Split("\n\n").Where(static text => text.Length is > 0 and < 1500)];
double megabytes = texts.Sum(Encoding.UTF8.GetByteCount) / 1e6;
Console.WriteLine($"{Path.GetFileName(file)}: {texts.Length} texts, {megabytes:0.00} MB; {rounds} rounds of {seconds} s");
Console.WriteLine($"{"vocabulary",-12} {"against",-34} {"ours MB/s",10} {"theirs",10} {"ratio",7}  texts of equal ids");
foreach ((string encoding, string model) in ((string, string)[])[("gpt2", "gpt2"), ("cl100k_base", "gpt-4"), ("o200k_base", "gpt-4o")])
{
    TiktokenTokenizer theirs = TiktokenTokenizer.CreateForModel(model);
    Tokenizer ours = Tiktoken(encoding);
    Compare(encoding, "Microsoft.ML.Tokenizers, Tiktoken", text => ours.EncodeToIds(text), text => theirs.EncodeToIds(text));
}

if (Option("--bert") is { } vocabulary)
{
    Tokenizer ours = Bert(vocabulary);
    FastBert fast = new();
    using (StreamReader reader = new(vocabulary))
    {
        fast.LoadVocabulary(reader, convertInputToLowercase: true);
    }

    Compare("bert-uncased", "FastBertTokenizer", text => ours.EncodeToIds(text), text =>
    {
        // Between [CLS] and [SEP].
        Memory<long> ids = fast.Encode(text).InputIds;
        return Array.ConvertAll(ids[1..^1].ToArray(), static id => (int)id);
    });
    BertTokenizer microsoft = BertTokenizer.Create(vocabulary);
    Compare("bert-uncased", "Microsoft.ML.Tokenizers, Bert", text => ours.EncodeToIds(text),
        text => microsoft.EncodeToIds(text, addSpecialTokens: false));
}

return 0;

void Compare(string name, string against, Func<string, IReadOnlyList<int>> ours, Func<string, IReadOnlyList<int>> theirs)
{
    int equal = texts.Count(text => ours(text).SequenceEqual(theirs(text)));
    List<double> own = [], other = [];
    for (int round = -1; round < rounds; round++)
    {
        double first = Speed(ours), second = Speed(theirs);
        if (round >= 0)
        {
            own.Add(first);
            other.Add(second);
        }
    }

    Console.WriteLine($"{name,-12} {against,-34} {Median(own),10:0.0} {Median(other),10:0.0} {Median(own) / Median(other),7:0.00}  "
        + $"{equal} of {texts.Length}");
}

double Speed(Func<string, IReadOnlyList<int>> encode)
{
    int passes = 0;
    Stopwatch watch = Stopwatch.StartNew();
    do
    {
        foreach (string text in texts)
        {
            encode(text);
        }

        passes++;
    }
    while (watch.Elapsed.TotalSeconds < seconds);
    return passes * megabytes / watch.Elapsed.TotalSeconds;
}

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}

// The vocabulary in Microsoft's package: tokens in base64 in the order of their ranks, behind a line that says how many there are.
static Tokenizer Tiktoken(string encoding)
{
    string assembly = encoding switch { "gpt2" => "Gpt2", "cl100k_base" => "Cl100kBase", _ => "O200kBase" };
    System.Reflection.Assembly data = System.Reflection.Assembly.Load($"Microsoft.ML.Tokenizers.Data.{assembly}");
    string resource = Array.Find(data.GetManifestResourceNames(), static name => name.Contains("tiktoken", StringComparison.Ordinal))!;
    string path = Path.GetTempFileName();
    using (StreamReader packed = new(new DeflateStream(data.GetManifestResourceStream(resource)!, CompressionMode.Decompress)))
    {
        File.WriteAllLines(path, packed.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => !line.StartsWith("Capacity", StringComparison.Ordinal))
            .Select(static (line, rank) => line.Contains(' ') ? line : string.Create(CultureInfo.InvariantCulture, $"{line} {rank}")));
    }

    Tokenizer tokenizer = Tokenizer.FromTiktoken(path, encoding switch
    {
        "gpt2" => DeepLearning.Tokenizers.TiktokenEncoding.Gpt2,
        "cl100k_base" => DeepLearning.Tokenizers.TiktokenEncoding.Cl100kBase,
        _ => DeepLearning.Tokenizers.TiktokenEncoding.O200kBase,
    });
    File.Delete(path);
    return tokenizer;
}

static Tokenizer Bert(string vocabulary)
{
    Dictionary<string, int> tokens = File.ReadLines(vocabulary).Select(static (token, id) => (token, id))
        .ToDictionary(static entry => entry.token, static entry => entry.id, StringComparer.Ordinal);
    return new Tokenizer(new WordPieceModel(tokens))
    {
        Normalizer = new BertNormalizer(), PreTokenizer = new BertPreTokenizer(), Decoder = new WordPieceDecoder(),
    };
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

double Number(string name, double fallback) => Option(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : fallback;
