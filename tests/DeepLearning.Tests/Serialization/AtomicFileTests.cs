using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Serialization;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_write_that_fails_midway_leaves_the_old_file_and_nothing_else()
    {
        using Folder folder = new();
        string path = folder.Write("model", [1, 2, 3]);
        TimeoutException error = Assert.Throws<TimeoutException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            stream.Flush();
            throw new TimeoutException("midway");
        }));
        Assert.Equal("midway", error.Message);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void The_old_file_stays_until_the_new_one_is_whole()
    {
        using Folder folder = new();
        string path = folder.Write("model", [1, 2, 3]);
        AtomicFile.Write(path, stream =>
        {
            stream.Write([4, 5]);
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        });
        Assert.Equal([4, 5], File.ReadAllBytes(path));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void What_a_crash_left_behind_is_written_over()
    {
        using Folder folder = new();
        folder.Write("model" + AtomicFile.TemporarySuffix, new byte[5000]);
        AtomicFile.Write(folder["model"], stream => stream.Write([1, 2]));
        Assert.Equal([1, 2], File.ReadAllBytes(folder["model"]));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void Two_writes_of_one_file_at_once_are_refused()
    {
        using Folder folder = new();
        string path = folder["model"];
        AtomicFile.Write(path, stream =>
        {
            IOException error = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => Assert.Fail("It must not come to this.")));
            Assert.Contains("another write of it is under way", error.Message, StringComparison.Ordinal);
            stream.Write([1]);
        });
        Assert.Equal([1], File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(FileShare.None)]
    [InlineData(FileShare.ReadWrite)]
    public void A_temporary_file_held_by_another_process_is_not_touched(FileShare share)
    {
        using Folder folder = new();
        string temporary = folder["model" + AtomicFile.TemporarySuffix];
        using (FileStream other = new(temporary, FileMode.Create, FileAccess.Write, share))
        {
            other.Write([1, 2, 3]);
            other.Flush();
            IOException error = Assert.Throws<IOException>(() => AtomicFile.Write(folder["model"], stream => stream.Write([9])));
            Assert.Contains("model.tmp is in use", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal([1, 2, 3], File.ReadAllBytes(temporary));
        Assert.Equal(["model.tmp"], folder.Names);
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_named()
    {
        using Folder folder = new();
        string lost = folder[Path.Combine("lost", "model")];
        DirectoryNotFoundException missing = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteText(lost, "x"));
        Assert.Contains($"Cannot write {lost}: the folder {Path.GetDirectoryName(lost)} does not exist", missing.Message,
            StringComparison.Ordinal);
        Directory.CreateDirectory(folder["sub"]);
        IOException isFolder = Assert.Throws<IOException>(() => AtomicFile.WriteText(folder["sub"], "x"));
        Assert.Contains("it is a folder", isFolder.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["model" + AtomicFile.TemporarySuffix]);
        UnauthorizedAccessException refused = Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.WriteText(folder["model"], "x"));
        Assert.Contains($"Cannot write {folder["model"]}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_stays_and_the_file_it_leads_to_is_replaced()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using Folder folder = new();
        Directory.CreateDirectory(folder["disk"]);
        string real = folder.Write(Path.Combine("disk", "model"), [1]);
        File.CreateSymbolicLink(folder["link"], real);
        AtomicFile.Write(folder["link"], stream => stream.Write([2]));
        Assert.Equal(real, new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal([2], File.ReadAllBytes(real));
        Assert.Equal(["disk", "link"], folder.Names);
    }

    [Fact]
    public void The_links_of_a_chain_all_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using Folder folder = new();
        string real = folder.Write("model", [1]);
        File.CreateSymbolicLink(folder["near"], real);
        File.CreateSymbolicLink(folder["far"], folder["near"]);
        AtomicFile.Write(folder["far"], stream => stream.Write([2]));
        Assert.Equal((folder["near"], real), (new FileInfo(folder["far"]).LinkTarget, new FileInfo(folder["near"]).LinkTarget));
        Assert.Equal([2], File.ReadAllBytes(real));
        Assert.Equal(["far", "model", "near"], folder.Names);
    }

    [Fact]
    public void A_link_in_place_of_the_temporary_file_is_not_followed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using Folder folder = new();
        string other = folder.Write("other", [1]), path = folder["model"];
        File.CreateSymbolicLink(path + AtomicFile.TemporarySuffix, other);
        AtomicFile.Write(path, stream => stream.Write([2]));
        Assert.Equal([1], File.ReadAllBytes(other));
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal([2], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_file_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using Folder folder = new();
        string path = folder.Write("model", [1]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.WriteText(path, "ü");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(Encoding.UTF8.GetBytes("ü"), File.ReadAllBytes(path));
    }
}
