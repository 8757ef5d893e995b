using DeepLearning.Data;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Downloads;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["file.lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_one_holds_it_however_many_take_it_at_once_and_let_go()
    {
        int holders = 0, most = 0, takes = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                using (await FileLock.TakeAsync(Path, CancellationToken.None))
                {
                    int now = Interlocked.Increment(ref holders);
                    most = Math.Max(most, now);
                    takes++;
                    Interlocked.Decrement(ref holders);
                }
            }
        })));
        Assert.Equal((1, 600), (most, takes));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task A_file_left_behind_by_a_process_that_died_is_taken_over()
    {
        File.WriteAllText(Path, "whatever stands in it");
        using (await FileLock.TakeAsync(Path, CancellationToken.None))
        {
            Assert.True(File.Exists(Path));
        }

        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task Who_waits_can_be_cancelled_and_a_folder_that_is_gone_is_an_error()
    {
        using CancellationTokenSource cancellation = new();
        using (await FileLock.TakeAsync(Path, CancellationToken.None))
        {
            Task<FileLock> waiting = FileLock.TakeAsync(Path, cancellation.Token);
            await Task.Delay(50);
            Assert.False(waiting.IsCompleted);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        string gone = System.IO.Path.Combine(_folder.Root, "gone", "file.lock");
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => FileLock.TakeAsync(gone, CancellationToken.None));
    }
}
