using System.Globalization;
using System.Text.Json;

namespace DeepLearning.Tests.Printing;

/// <summary>Text against PyTorch's (printed.json, recorded by generate.py), and what PyTorch does not have.</summary>
[Trait("Rerun", "Culture")]
public class PrintingTests
{
    private static readonly JsonElement[] s_cases = Read();

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, s_cases.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Prints_as_PyTorch_does(int index)
    {
        JsonElement golden = s_cases[index];
        DType dtype = Enum.GetValues<DType>().Single(d => d.Name() == golden.GetProperty("dtype").GetString());
        int[] shape = [.. golden.GetProperty("shape").EnumerateArray().Select(l => l.GetInt32())];
        JsonElement[] values = [.. golden.GetProperty("values").EnumerateArray()];
        Tensor x = dtype.IsFloatingPoint()
            ? Tensor.From<double>([.. values.Select(Number)], shape).To(dtype)
            : Tensor.From<long>([.. values.Select(v => v.GetInt64())], shape).To(dtype);
        PrintOptions options = new();
        foreach (JsonProperty option in golden.GetProperty("options").EnumerateObject())
        {
            options = option.Name switch
            {
                "precision" => options with { Precision = option.Value.GetInt32() },
                "linewidth" => options with { LineWidth = option.Value.GetInt32() },
                "threshold" => options with { Threshold = option.Value.GetInt32() },
                "edgeitems" => options with { EdgeItems = option.Value.GetInt32() },
                _ => options with { Scientific = option.Value.GetBoolean() },
            };
        }

        Assert.Equal(golden.GetProperty("text").GetString(), x.ToString(options));
    }

    [Fact]
    public void The_culture_does_not_matter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal("tensor([ 1.5000, -2.5000])", Tensor.From([1.5f, -2.5f]).ToString());
            Assert.Equal("tensor([1.0000e-05, 1.0000e+00])", Tensor.From([1e-5f, 1f]).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Says_how_it_takes_part_in_the_record()
    {
        Tensor x = Tensor.From([1f, 2f]);
        x.RequiresGrad = true;
        Assert.Equal("tensor([1., 2.], requires_grad=True)", x.ToString());
        Assert.Equal("tensor([2., 4.], grad_fn=<Add>)", (x + x).ToString());
        Assert.Equal("tensor([[1.,\n         2.]])", x.Detach().Reshape(1, 2).ToString(4, lineWidth: 10));
    }

    [Fact]
    public void A_view_prints_its_own_elements()
    {
        Assert.Equal("tensor([[0, 3],\n        [1, 4],\n        [2, 5]])", Tensor.Arange(6).Reshape(2, 3).T.ToString());
    }

    [Fact]
    public void A_returned_tensor_still_has_a_text()
    {
        Tensor x;
        using (new TensorScope())
        {
            x = Tensor.Ones(2, 3);
        }

        Assert.Equal("tensor(returned, shape=[2, 3], dtype=float32)", x.ToString());
    }

    private static double Number(JsonElement json) => json.ValueKind != JsonValueKind.String
        ? json.GetDouble()
        : json.GetString() switch { "nan" => double.NaN, "inf" => double.PositiveInfinity, _ => double.NegativeInfinity };

    private static JsonElement[] Read()
    {
        using Stream stream = typeof(PrintingTests).Assembly.GetManifestResourceStream("Printing/printed.json")!;
        using JsonDocument json = JsonDocument.Parse(stream);
        return [.. json.RootElement.EnumerateArray().Select(c => c.Clone())];
    }
}
