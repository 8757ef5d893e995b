using DeepLearning.Samples.Serving;
using DeepLearning.Tests.Infrastructure;
using Microsoft.Extensions.Hosting;

namespace DeepLearning.Tests.Serving;

/// <summary>The same model as a worker that answers files.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task Files_of_the_queue_are_answered_and_taken_away()
    {
        using TemporaryFolder folder = new();
        Patients.Register();
        Patients.Train(1, epochs: 2).Save(folder["model.safetensors"]);
        QueueFolder queue = new(folder.Root);
        for (int i = 0; i < 100; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(queue.Queue, $"{i}.json"), i == 7 ? "[{\"weight\":1}]" : $"[{{\"age\":{20 + i}}}]");
        }

        using IHost host = Server.BuildWorker(folder["model.safetensors"], folder.Root);
        await host.StartAsync();
        for (int wait = 0; wait < 600 && Directory.GetFiles(queue.Answers, "*.json").Length < 100; wait++)
        {
            await Task.Delay(50);
        }

        await host.StopAsync();
        Assert.Empty(Directory.GetFiles(queue.Queue));
        Assert.Equal(100, Directory.GetFiles(queue.Answers, "*.json").Length);
        Assert.Contains("There is no column", await File.ReadAllTextAsync(Path.Combine(queue.Answers, "7.json")), StringComparison.Ordinal);
        Assert.Contains("\"predictions\":[", await File.ReadAllTextAsync(Path.Combine(queue.Answers, "8.json")), StringComparison.Ordinal);
    }
}
