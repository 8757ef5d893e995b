using DeepLearning.Layers;

namespace DeepLearning.Tests.Tracing;

public class GraphTests
{
    [Fact]
    public void A_graph_names_the_operations_their_inputs_and_what_they_were_told()
    {
        Graph graph = Graph.Of(static x => x.Flip(1).Softmax(-1).Sum(0), Tensor.Rand(2, 3));
        Assert.Equal(["Flip", "Softmax", "Sum"], graph.Nodes.Select(static n => n.Operation));
        Assert.Equal([1L], (long[])graph.Nodes[0].Attributes["axes"]);
        Assert.Same(graph.Inputs[0], graph.Nodes[0].Inputs[0]);
        Assert.Same(graph.Nodes[0].Outputs[0], graph.Nodes[1].Inputs[0]);
        Assert.Same(graph.Nodes[2].Outputs[0], graph.Outputs[0]);
        Assert.Equal(new Shape(3), graph.Outputs[0].Shape);
        Assert.Equal("axes=[0], keep_dim=false", graph.Nodes[2].Attributes.ToString());
    }

    [Fact]
    public void Whole_numbers_and_operations_without_a_derivative_are_in_the_graph()
    {
        Tensor index = Tensor.From([2L, 0], 1, 2);
        Graph graph = Graph.Of(static x => [x[0].Gather(1, x[1].To(DType.Int64))], [Tensor.Rand(1, 3), index]);
        Assert.Equal(["Gather"], graph.Nodes.Select(static n => n.Operation));
        Assert.Same(graph.Inputs[1], graph.Nodes[0].Inputs[1]);

        graph = Graph.Of(static x => x.To(DType.Int64).To(DType.Float32), Tensor.Rand(2));
        Assert.Equal(["To", "To"], graph.Nodes.Select(static n => n.Operation));
        Assert.Equal(DType.Int64, graph.Nodes[0].Attributes["dtype"]);
    }

    [Fact]
    public void Frozen_parameters_and_buffers_keep_the_names_that_the_model_gives_them()
    {
        Sequential model = [new Linear(3, 4), new BatchNorm1d(4), new ReLU()];
        foreach (Parameter parameter in model.Parameters())
        {
            parameter.RequiresGrad = false;
        }

        Graph graph = Graph.Of(model, Tensor.Rand(2, 3));
        Assert.Equal(
            ["0.bias", "0.weight", "1.bias", "1.weight"], graph.Parameters.Select(static v => v.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["1.running_mean", "1.running_var"], graph.Constants.Select(static v => v.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["0", "1", "2"], graph.Nodes.Select(static n => n.Path).Distinct());
        Assert.All(model.Modules(), static m => Assert.True(m.Training));
    }

    [Fact]
    public void A_write_in_place_makes_a_new_value_and_views_read_it()
    {
        Graph graph = Graph.Of(
            static x =>
            {
                Tensor y = x * 2, row = y[0];
                row.FillInPlace(1);
                return y.Sum() + row.Sum();
            },
            Tensor.Rand(2, 3));
        GraphNode sum = graph.Nodes.First(static n => n.Operation == "Sum");
        GraphNode again = sum.Inputs[0]!.Producer!;
        Assert.Equal("AsStrided", again.Operation);
        Assert.Equal("Fill", again.Inputs[0]!.Producer!.Operation);
        Assert.Equal("Scale", again.Inputs[1]!.Producer!.Operation);
    }

    [Fact]
    public void Writes_of_one_two_and_three_operands_are_in_the_graph()
    {
        (string Operation, Action<Tensor, Tensor, Tensor> Write)[] writes =
        [
            ("Exp", static (y, _, _) => y.ExpInPlace()),
            ("Multiply", static (y, a, _) => y.MultiplyInPlace(a)),
            ("Lerp", static (y, a, b) => y.LerpInPlace(a, b)),
        ];
        foreach ((string operation, Action<Tensor, Tensor, Tensor> write) in writes)
        {
            Graph graph = Graph.Of(
                x =>
                {
                    Tensor y = x * 2;
                    write(y, x, x);
                    return y.Sum();
                },
                Tensor.Rand(2, 3));
            Assert.Equal(operation, graph.Nodes.Single(static n => n.Operation == "Sum").Inputs[0]!.Producer!.Operation);
        }
    }

    [Fact]
    public void A_write_into_a_tensor_from_outside_stays_in_the_graph()
    {
        Tensor counter = Tensor.Zeros(1);
        Graph graph = Graph.Of(
            x =>
            {
                counter.AddInPlace(1);
                return x.Exp();
            },
            Tensor.Rand(2));
        GraphNode write = Assert.Single(graph.Nodes, static n => n.IsInPlace);
        Assert.Same(counter, write.Inputs[0]!.Tensor);
    }

    [Fact]
    public void What_no_output_depends_on_is_left_out()
    {
        Graph graph = Graph.Of(
            static x =>
            {
                x.Exp().Sum();
                return x.Abs();
            },
            Tensor.Rand(2));
        Assert.Equal(["Abs"], graph.Nodes.Select(static n => n.Operation));
    }

    [Fact]
    public void Only_the_thread_that_traces_is_traced()
    {
        Graph graph = Graph.Of(
            static x =>
            {
                Thread other = new(() => x.Exp());
                other.Start();
                other.Join();
                return x.Abs();
            },
            Tensor.Rand(2));
        Assert.Equal(["Abs"], graph.Nodes.Select(static n => n.Operation));
        Assert.Null(Trace.Current);
    }
}
