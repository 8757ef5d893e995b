using System.ComponentModel;
using DeepLearning;
using DeepLearning.Workloads;

Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

if (options.Help)
{
    Console.WriteLine(Options.Usage);
    return 0;
}

if (options.List)
{
    foreach (string name in Catalog.Names)
    {
        Console.WriteLine(name);
    }

    return 0;
}

Parallelism.Threads = options.Threads;
string[] names = [.. Catalog.Names.Where(name => options.Names.Count == 0 || options.Names.Contains(name))];
try
{
    if (options.Check is { } folder)
    {
        foreach (string name in names.Where(Catalog.Trainings.ContainsKey))
        {
            Console.WriteLine(Check.Run(name, folder).ToJson());
        }

        return 0;
    }

    if (options.Peak)
    {
        Peak.Run(1024, options.Seconds);
        return 0;
    }

    if (options.Loading)
    {
        Loading.Run(options.Data, options.Seconds);
        return 0;
    }

    if (options.Bits)
    {
        foreach (string name in names)
        {
            Console.WriteLine(Fingerprint.ToJson(name));
        }

        return 0;
    }

    if (options.AgainstBuild is { } build)
    {
        return new Rival(build, options.Threads).Measure(names, options.Seconds, options.Rounds);
    }

    if (options.AgainstTorch)
    {
        return Against.Run(new Torch(options.Python, options.Threads), names, options.Seconds);
    }

    foreach (string name in names)
    {
        Result result = Race.Measure(name, options.Seconds);
        Console.WriteLine(options.Json
            ? result.ToJson()
            : FormattableString.Invariant($"{name,-20} {result.Value,12:0.0000} {result.Metric}"));
    }

    return 0;
}
catch (Exception error) when (error is IOException or InvalidDataException or InvalidOperationException or Win32Exception)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
