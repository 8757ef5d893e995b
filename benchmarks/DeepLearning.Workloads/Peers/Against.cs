using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>
/// A race against a peer: speed beside the roofline of the machine, with the means, and the memory of the trainings. Each figure is the
/// median over processes of its own, in turn with the peer's.
/// </summary>
internal static class Against
{
    public static int RunTorch(Torch torch, IReadOnlyList<string> names, double seconds, int rounds)
    {
        Roofline roofline = Roofline.Measure();
        PeerSetup setup = torch.Setup();
        roofline = roofline.BestOf(Roofline.Measure());
        setup.Require(roofline.OneThread);
        Console.WriteLine(setup.Describe(roofline.OneThread));
        Build ours = new(Programs.Own, Parallelism.Threads);
        string folder = Path.Combine(Path.GetTempPath(), $"deeplearning-reference-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            string[] trainings = [.. names.Where(Catalog.Trainings.ContainsKey)];
            if (trainings.Length > 0)
            {
                torch.WriteReference(folder, trainings);
            }

            int failed = Speed(
                setup.Peer, names, roofline, name => Side.InTurn(torch, ours, name, seconds, rounds), name => Deviation(name, folder));
            Memories(torch, ours, trainings, seconds, Math.Min(rounds, 3));
            return failed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static int RunTorchSharp(TorchSharp peer, IReadOnlyList<string> names, double seconds, int rounds)
    {
        peer.BuildProgram();
        Roofline roofline = Roofline.Measure();
        Result product = peer.Measure("gemm_1024", 1);
        for (int again = 0; again < 4 && product.Best < PeerSetup.LeastShare * roofline.AllThreads; again++)
        {
            // Something else may have been running.
            Result next = peer.Measure("gemm_1024", 1);
            product = next.Best > product.Best ? next : product;
        }

        roofline = roofline.BestOf(Roofline.Measure());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"peer: {product.Peer}; its gemm_1024: {product.Best:0.0} GFLOP/s, {100 * product.Best / roofline.AllThreads:0} % of the "
            + $"peak"));
        if (!(product.Best >= PeerSetup.LeastShare * roofline.AllThreads))
        {
            throw new InvalidOperationException("This peer is not set up: its matrix product reaches less than "
                + $"{100 * PeerSetup.LeastShare:0} % of the processor's peak, so that a race against it would say nothing.");
        }

        Build ours = new(Programs.Own, Parallelism.Threads);
        IReadOnlySet<string> known = peer.Names();
        names = [.. names.Where(known.Contains)];
        Speed(product.Peer, names, roofline, name => Side.InTurn(peer, ours, name, seconds, rounds), null);
        Memories(peer, ours, [.. names.Where(Catalog.Trainings.ContainsKey)], seconds, Math.Min(rounds, 3));
        return 0;
    }

    public static int RunOnnxRuntime(OnnxRuntime peer, IReadOnlyList<string> names, double seconds, int rounds)
    {
        peer.BuildProgram();
        names = [.. names.Where(Catalog.Inferences.ContainsKey)];
        Speed("ONNX Runtime", names, Roofline.Measure(), name => peer.Measure(name, seconds, rounds), null);
        return 0;
    }

    /// <returns>1 if one of the workloads computes something else than the peer, otherwise 0.</returns>
    private static int Speed(
        string peer, IReadOnlyList<string> names, Roofline roofline, Func<string, (Result[] Theirs, Result[] Ours)> measure,
        Func<string, Deviation?>? check)
    {
        Console.WriteLine(roofline);
        Console.WriteLine();
        Table table = new(
            ("workload", 22), ("metric", 11), (peer, 10), (Race.Peer, 10), ("ratio", 6), ("of pairs", 12), ("operations, ms", 0),
            ("bytes, ms", 0), ("share", 6), ("bar", 16), (check is null ? "" : "check", check is null ? 0 : 26));
        List<Score> scores = [];
        List<string> missed = [];
        bool differs = false;
        foreach (string name in names)
        {
            Deviation? deviation = check?.Invoke(name);
            differs |= deviation is { IsSameWork: false };
            (Result[] theirs, Result[] ours) = measure(name);
            Score score = new(theirs, ours);
            Workload workload = Catalog.Create(name);
            Work work = workload.Work;
            double operations = roofline.OfOperations(work, workload.Threads), bytes = roofline.OfBytes(work);
            double share = Math.Max(operations, bytes) / workload.Seconds(score.Ours);
            string bar = Bar(name, score.Ratio, share, out bool isMissed);
            if (isMissed)
            {
                missed.Add(name);
            }

            scores.Add(score);
            table.Print(
                name, score.First.Metric, Table.Figure(score.Theirs), Table.Figure(score.Ours), Table.Ratio(score.Ratio), score.Spread,
                Table.Figure(operations * 1e3), Table.Figure(bytes * 1e3), Table.Percent(share), bar, deviation?.ToString() ?? "");
        }

        Console.WriteLine();
        Mean("all", scores.Select(static s => s.Ratio));
        Mean(FormattableString.Invariant($"training, each capped at {Bars.Cap:0}"),
            scores.Where(static s => Catalog.Trainings.ContainsKey(s.Name)).Select(static s => Math.Min(s.Ratio, Bars.Cap)));
        Mean("inference", scores.Where(static s => Catalog.Inferences.ContainsKey(s.Name)).Select(static s => s.Ratio));
        Console.WriteLine(missed.Count == 0 ? "no bar was missed" : $"bars missed: {string.Join(", ", missed)}");
        return differs ? 1 : 0;
    }

    private static void Memories(Side theirs, Build ours, string[] names, double seconds, int rounds)
    {
        if (names.Length == 0 || !OperatingSystem.IsLinux())
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine("Peak resident memory over that before the first step, MB; plain loops, no scope:");
        Console.WriteLine();
        Table? table = null;
        List<double> ratios = [];
        foreach (string name in names)
        {
            (Result[] other, Result[] own) = Side.InTurn(theirs, ours, name, seconds, rounds, Measurement.Memory);
            Score score = new(other, own);
            table ??= new Table(("workload", 22), (other[0].Peer, 10), (Race.Peer, 10), ("ratio", 6), ("of pairs", 12));
            table.Print(
                name, Table.Figure(score.Theirs), Table.Figure(score.Ours), Table.Ratio(score.Ratio), score.Spread);
            ratios.Add(score.Ratio);
        }

        Console.WriteLine();
        Mean("memory (above 1: this side takes less)", ratios);
    }

    private static string Bar(string name, double ratio, double share, out bool isMissed)
    {
        double? least = Bars.Ratio(name), leastShare = Bars.Share(name);
        isMissed = ratio < least || share < leastShare;
        string bar = least is { } ofPeer ? Table.Ratio(ofPeer) : leastShare is { } ofRoofline ? Table.Percent(ofRoofline) : "";
        return isMissed ? $"{bar} missed" : bar;
    }

    private static void Mean(string what, IEnumerable<double> ratios)
    {
        double[] all = [.. ratios];
        if (all.Length > 0)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"geometric mean of {all.Length} ratios, {what}: {Race.GeometricMean(all):0.00}; lowest {all.Min():0.00}"));
        }
    }

    private static Deviation? Deviation(string name, string folder)
    {
        if (!Catalog.Trainings.ContainsKey(name))
        {
            return null;
        }

        StartOfFiles start = new(folder, name);
        return Check.Run(name, start).From(start.Reference);
    }
}
