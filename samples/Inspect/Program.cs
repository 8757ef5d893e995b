using DeepLearning.Samples.Inspect;

return Inspection.Run(args, Console.Out, Console.Error);
