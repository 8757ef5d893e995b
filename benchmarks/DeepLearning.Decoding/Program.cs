using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DeepLearning;
using DeepLearning.Layers;
using DeepLearning.Pretrained;

// Writing with quantized weights is a question of memory: each token reads all of them once. Tokens a second times the bytes of the
// weights, beside what copying memory reaches in the same minute, for a LLaMA of random weights.
//   dotnet run -c Release --project benchmarks/DeepLearning.Decoding -- [tokens] [layers]      (48 6)
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int tokens = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 48;
int layers = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 6;
string config = $$"""
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 16000, "hidden_size": 2048, "intermediate_size": 5632,
     "num_hidden_layers": {{layers}}, "num_attention_heads": 16, "num_key_value_heads": 4, "max_position_embeddings": 512,
     "rms_norm_eps": 1e-5, "tie_word_embeddings": false}
    """;
Console.WriteLine($"{Parallelism.Threads} threads; a LLaMA of width 2048 with {layers} layers");
foreach (QuantizationKind kind in (QuantizationKind[])[QuantizationKind.Int8Blocks, QuantizationKind.Int4Blocks])
{
    LlamaModel model = (LlamaModel)PretrainedModel.FromConfig(config, new() { Generator = new Generator(1) });
    model.Eval();
    model.Quantize(kind, "*");
    double perWeight = kind == QuantizationKind.Int8Blocks ? 34.0 / 32 : 18.0 / 32;
    double weights = (layers * ((2048.0 * 2048 * 2) + (2048.0 * 512 * 2) + (3 * 2048.0 * 5632))) + (16000.0 * 2048);
    double bytes = weights * perWeight;
    List<double> rates = [], copies = [];
    for (int round = 0; round < 5; round++)
    {
        copies.Add(Copying());
        rates.Add(Rate(model, tokens));
    }

    double rate = Median(rates), copying = Median(copies);
    Console.WriteLine(
        $"{kind}: {bytes / 1e6:0} MB of weights, {rate:0.0} tokens a second, {rate * bytes / 1e9:0.0} GB/s; copying {copying:0.0} GB/s; "
        + $"{rate * bytes / 1e9 / copying:0.00} of it");
}

// Tokens a second behind a short text, the first ones left out.
static double Rate(LlamaModel model, int count)
{
    GenerationOptions options = new() { MaxNewTokens = count + 4, StopTokens = [] };
    int written = 0;
    long start = 0;
    foreach (int _ in model.GenerateTokens([1, 2, 3], options))
    {
        if (++written == 4)
        {
            start = Stopwatch.GetTimestamp();
        }
    }

    return (written - 4) / Stopwatch.GetElapsedTime(start).TotalSeconds;
}

// Bytes copied a second, by as many threads as compute: what is read and what is written counts once, as it does for weights that are read.
static unsafe double Copying()
{
    const int Size = 256 << 20;
    int threads = Parallelism.Threads;
    byte* from = (byte*)NativeMemory.Alloc(Size), to = (byte*)NativeMemory.Alloc(Size);
    try
    {
        new Span<byte>(from, Size).Fill(1);
        new Span<byte>(to, Size).Fill(2);
        List<double> times = [];
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            nint source = (nint)from, target = (nint)to;
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                int begin = (int)((long)Size * part / threads), end = (int)((long)Size * (part + 1) / threads);
                Buffer.MemoryCopy((byte*)source + begin, (byte*)target + begin, end - begin, end - begin);
            });
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Size / Median(times) / 1e9;
    }
    finally
    {
        NativeMemory.Free(from);
        NativeMemory.Free(to);
    }
}

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}
