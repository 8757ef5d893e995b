using DeepLearning.Samples;
using DeepLearning.Samples.Lessons;

return CommandLine.Run(args, LessonOptions.Command, LessonOptions.From, static options => Course.Run(options, Console.Out, Console.Error));
