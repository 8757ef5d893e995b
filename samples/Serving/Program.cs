using DeepLearning.Samples;
using DeepLearning.Samples.Serving;

return CommandLine.Run(args, Options.Command, Options.From, static options =>
{
    string folder = Path.GetFullPath(options.Folder);
    Directory.CreateDirectory(folder);
    string file = Path.Combine(folder, "model.safetensors");
    Patients.Register();
    if (options.Train || !File.Exists(file))
    {
        Patients.Train(options.Seed).Save(file);
        Console.WriteLine($"trained {file}");
    }

    return options switch
    {
        { Train: true } => 0,
        { Load: { } seconds } => LoadTest.Run(file, folder, seconds, options.Clients, Console.Out).GetAwaiter().GetResult().IsClean ? 0 : 1,
        { Worker: true } => Server.RunWorker(file, folder),
        _ => Server.Run(file, options.Port),
    };
});
