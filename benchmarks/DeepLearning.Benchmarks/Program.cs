using BenchmarkDotNet.Running;

// dotnet run -c Release --project benchmarks/DeepLearning.Benchmarks -- --list flat
// dotnet run -c Release --project benchmarks/DeepLearning.Benchmarks -- --filter '*Exp*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
