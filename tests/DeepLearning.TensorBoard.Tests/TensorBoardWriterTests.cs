using DeepLearning.Layers;
using DeepLearning.Reporting;
using DeepLearning.TensorBoard;

namespace DeepLearning.Tests.TensorBoard;

public sealed class TensorBoardWriterTests
{
    [Fact]
    public void The_first_event_tells_the_version_and_the_file_name_is_TensorBoards()
    {
        using RunFolder folder = new();
        string path;
        using (TensorBoardWriter writer = new(Path.Combine(folder.Path, "a", "run")))
        {
            path = writer.FilePath;
            Assert.Matches(@"^events\.out\.tfevents\.\d{10}\.[A-Za-z0-9_-]+\.\d+$", Path.GetFileName(path));
        }

        ProtoMessage first = Assert.Single(RunFolder.Events(path));
        Assert.Equal("brain.Event:2", first.Text(3));
        Assert.Equal(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), first.Double(1), 60.0);
    }

    [Fact]
    public void A_scalar_is_a_simple_value_of_its_step()
    {
        using RunFolder folder = new();
        List<ProtoMessage> events = Write(folder, static w =>
        {
            w.AddScalar("loss/train", 0.25, 7);
            w.AddScalar("loss/train", double.NaN, 1L << 40);
            w.AddScalar("loss/train", 0, 0);
            w.AddScalar("loss/train", 1, -1);
        });
        Assert.Equal([7, 1L << 40, 0, -1], events.Select(static e => e.Integer(2)));
        ProtoMessage value = events[0].Inner(5).Inner(1);
        Assert.Equal(("loss/train", 0.25f), (value.Text(1), value.Float(2)));
        Assert.Equal(float.NaN, events[1].Inner(5).Inner(1).Float(2));
        Assert.Equal(0f, events[2].Inner(5).Inner(1).Float(2));
    }

    [Fact]
    public void A_histogram_has_TensorBoards_ranges()
    {
        using RunFolder folder = new();
        double[] values = [-3, -0.5, 0, 0, 1e-13, 0.5, 2, 2, 1e30, double.NaN, double.PositiveInfinity];
        ProtoMessage histogram = Write(folder, w => w.AddHistogram("h", Tensor.From(values), 3))[0].Inner(5).Inner(1).Inner(5);
        Assert.Equal((-3.0, 1e30, 9.0), (histogram.Double(1), histogram.Double(2), histogram.Double(3)));
        Assert.Equal(1e30, histogram.Double(4));
        Assert.Equal(1e60, histogram.Double(5), 1e46);
        (double[] limits, double[] counts) = (histogram.Doubles(6), histogram.Doubles(7));
        Assert.Equal(limits.Length, counts.Length);
        Assert.Equal(limits.Order(), limits);
        Assert.Equal(9, counts.Sum());
        Assert.Equal((0, 1, 1), (counts[0], counts[1], counts[^1]));
        double[] finite = [.. values.Where(double.IsFinite)];
        for (int i = 1; i < counts.Length - 1; i++)
        {
            Assert.Equal(finite.Count(v => v >= limits[i - 1] && v < limits[i]), counts[i]);
            bool isAtZero = limits[i] == 0 || limits[i - 1] == 0;
            Assert.Equal(isAtZero ? 1e-12 : 1.1, isAtZero ? limits[i] - limits[i - 1] : Ratio(limits[i], limits[i - 1]), 1e-9);
        }
    }

    [Fact]
    public void A_histogram_of_nothing_finite_is_empty()
    {
        using RunFolder folder = new();
        ProtoMessage histogram = Write(folder, static w => w.AddHistogram("h", [double.NaN], 3))[0].Inner(5).Inner(1).Inner(5);
        Assert.Empty(histogram.Numbers);
    }

    [Fact]
    public void An_image_is_a_png_with_its_sizes()
    {
        using RunFolder folder = new();
        Tensor image = Tensor.Rand(3, 5, 9);
        List<ProtoMessage> events = Write(folder, w =>
        {
            w.AddImage("i", image, 1);
            w.AddImage("grey", image[0], 1);
            w.AddImages("batch", Tensor.Zeros(10, 1, 4, 4), 2);
        });
        ProtoMessage content = events[0].Inner(5).Inner(1).Inner(4);
        Assert.Equal((5, 9, 3), (content.Integer(1), content.Integer(2), content.Integer(3)));
        Assert.Equal(Png.Encode(image), content.Bytes(4));
        Assert.Equal(1, events[1].Inner(5).Inner(1).Inner(4).Integer(3));
        ProtoMessage batch = events[2].Inner(5).Inner(1).Inner(4);
        Assert.Equal((2 * 6 + 2, 8 * 6 + 2), (batch.Integer(1), batch.Integer(2)));
    }

    [Fact]
    public void A_text_is_a_string_tensor_for_the_text_plugin()
    {
        using RunFolder folder = new();
        ProtoMessage value = Write(folder, static w => w.AddText("notes", "**größer** & 漢字", 4))[0].Inner(5).Inner(1);
        Assert.Equal("notes/text_summary", value.Text(1));
        Assert.Equal("text", value.Inner(9).Inner(1).Text(1));
        Assert.Equal((7, "**größer** & 漢字"), (value.Inner(8).Integer(1), value.Inner(8).Text(8)));
        Assert.Equal(1, value.Inner(8).Inner(2).Inner(2).Integer(1));
    }

    [Fact]
    public void A_graph_has_nodes_with_shapes_whose_inputs_are_there()
    {
        using RunFolder folder = new();
        Sequential model = new(new Conv2d(1, 4, 3), new ReLU(), new Flatten(), new Linear(4 * 36, 10));
        ProtoMessage graph = new(Write(folder, w => w.AddGraph(model, Tensor.Rand(2, 1, 8, 8)))[0].Bytes(4));
        ProtoMessage[] nodes = [.. graph.All(1)];
        HashSet<string> names = [.. nodes.Select(static n => n.Text(1))];
        Assert.Equal(nodes.Length, names.Count);
        Assert.All(nodes, node => Assert.All(node.Texts(3), input => Assert.Contains(input, names)));
        Assert.All(names, static name => Assert.Matches("^[A-Za-z0-9.][A-Za-z0-9_>./]*$", name));
        ProtoMessage weight = nodes.Single(static n => n.Text(1) == "Sequential/0/weight");
        ProtoMessage shapes = weight.All(5).Single(static a => a.Text(1) == "_output_shapes");
        Assert.Equal([4L, 1, 3, 3], shapes.Inner(2).Inner(1).Inner(7).All(2).Select(static d => d.Integer(1)));
        Assert.Equal(1, weight.All(5).Single(static a => a.Text(1) == "dtype").Inner(2).Integer(6));
        Assert.Contains(nodes, static n => n.Text(2) == "Conv2d" && n.Text(1).StartsWith("Sequential/0/", StringComparison.Ordinal));
        Assert.NotEqual(0, graph.Inner(4).Integer(1));
    }

    [Fact]
    public void Hyperparameters_are_an_experiment_a_session_and_scalars()
    {
        using RunFolder folder = new();
        Dictionary<string, object> values = new() { ["lr"] = 0.01, ["batch"] = 32, ["optimizer"] = "Adam", ["augment"] = false };
        List<ProtoMessage> events = Write(
            folder, w => w.AddHyperparameters(values, new Dictionary<string, double> { ["accuracy"] = 0.9 }));
        ProtoMessage[] parts = [.. events[0].Inner(5).All(1)];
        Assert.Equal(
            ["_hparams_/experiment", "_hparams_/session_start_info", "_hparams_/session_end_info"], parts.Select(static p => p.Text(1)));
        ProtoMessage[] plugin = [.. parts.Select(static p => p.Inner(9).Inner(1))];
        Assert.All(plugin, static p => Assert.Equal("hparams", p.Text(1)));
        ProtoMessage experiment = plugin[0].Inner(2).Inner(2);
        Assert.Equal(
            [("lr", 3L), ("batch", 3), ("optimizer", 1), ("augment", 2)], experiment.All(4).Select(static h => (h.Text(1), h.Integer(4))));
        Assert.Equal("accuracy", experiment.Inner(5).Inner(1).Text(2));
        ProtoMessage[] start = [.. plugin[1].Inner(2).Inner(3).All(1)];
        Assert.Equal(0.01, start[0].Inner(2).Double(2));
        Assert.Equal("Adam", start[2].Inner(2).Text(3));
        Assert.Contains(4, start[3].Inner(2).Numbers);
        Assert.Equal(1, plugin[2].Inner(2).Inner(4).Integer(1));
        Assert.Equal(0.9f, events[1].Inner(5).Inner(1).Float(2));

        values["x"] = new object();
        ArgumentException error = Assert.Throws<ArgumentException>(() => Write(
            folder, w => w.AddHyperparameters(values, new Dictionary<string, double>())));
        Assert.Contains("'x' is a Object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scalars_of_one_chart_are_runs_inside_the_folder_whatever_their_names()
    {
        using RunFolder folder = new();
        Write(folder, static w =>
        {
            w.AddScalars("loss", new Dictionary<string, double> { ["a"] = 1, ["../../b"] = 2, ["c\0/:*"] = 3 }, 1);
            w.AddScalars("loss", new Dictionary<string, double> { ["a"] = 0.5 }, 2);
        });
        string[] runs = [.. Directory.GetDirectories(folder.Path).Select(static d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];
        Assert.Equal(["loss_.._.._b", "loss_a", "loss_c____"], runs);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "loss_a")));
        Assert.Equal([(1L, 1.0), (2, 0.5)], EventFile.Read(file).Scalars("loss"));
    }

    [Fact]
    public void Writers_of_one_second_have_files_of_their_own()
    {
        using RunFolder folder = new();
        using TensorBoardWriter first = new(folder.Path), second = new(folder.Path), third = new(folder.Path);
        Assert.Distinct([first.FilePath, second.FilePath, third.FilePath]);
    }

    [Fact]
    public void What_is_flushed_can_be_read_while_the_writer_is_open()
    {
        using RunFolder folder = new();
        using TensorBoardWriter writer = new(folder.Path);
        writer.AddScalar("loss", 1, 1);
        Assert.Empty(EventFile.Read(writer.FilePath).Scalars("loss"));
        writer.Flush();
        Assert.Equal([(1L, 1.0)], EventFile.Read(writer.FilePath).Scalars("loss"));
        writer.Dispose();
        writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => writer.AddScalar("loss", 1, 2));
    }

    [Fact]
    public async Task Events_reach_the_file_by_themselves()
    {
        using RunFolder folder = new();
        using TensorBoardWriter writer = new(folder.Path, new TensorBoardOptions { FlushInterval = TimeSpan.FromMilliseconds(20) });
        writer.AddScalar("loss", 1, 1);
        for (int i = 0; i < 500 && EventFile.Read(writer.FilePath).Scalars("loss").Count == 0; i++)
        {
            await Task.Delay(10);
        }

        Assert.Single(EventFile.Read(writer.FilePath).Scalars("loss"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoardOptions { FlushInterval = TimeSpan.Zero });
    }

    [Fact]
    public void Several_threads_may_write_at_once()
    {
        using RunFolder folder = new();
        string path;
        using (TensorBoardWriter writer = new(folder.Path))
        {
            path = writer.FilePath;
            Parallel.For(0, 8, thread =>
            {
                for (int i = 0; i < 200; i++)
                {
                    writer.AddScalar($"thread {thread}", i, i);
                    writer.AddScalars("all", new Dictionary<string, double> { [$"{thread % 2}"] = i }, i);
                }
            });
        }

        EventFile file = EventFile.Read(path);
        Assert.Equal(1 + 8 * 200, file.Events.Count);
        for (int thread = 0; thread < 8; thread++)
        {
            Assert.Equal(Enumerable.Range(0, 200).Select(static i => ((long)i, (double)i)), file.Scalars($"thread {thread}"));
        }
    }

    [Fact]
    public void Empty_tags_are_refused()
    {
        using RunFolder folder = new();
        using TensorBoardWriter writer = new(folder.Path);
        Assert.Throws<ArgumentException>(() => writer.AddScalar(" ", 1, 1));
        Assert.Throws<ArgumentException>(() => new TensorBoardWriter(""));
        Assert.Throws<ArgumentException>(() => new TensorBoardOptions { FileNameSuffix = "a/b" });
    }

    private static double Ratio(double a, double b) => Math.Max(a / b, b / a);

    /// <summary>The events after the first one, read by the decoder of the tests.</summary>
    private static List<ProtoMessage> Write(RunFolder folder, Action<TensorBoardWriter> write)
    {
        using TensorBoardWriter writer = new(folder.Path);
        write(writer);
        writer.Dispose();
        return RunFolder.Events(writer.FilePath)[1..];
    }
}
